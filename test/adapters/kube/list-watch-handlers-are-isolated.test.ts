import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { expectAlive, forever, nodePool, type Pool, standIn, started, until } from './fixture.ts';

/** Handlers that write down each call, and fail or wait as the test says. */
function scripted(onCall: (what: string) => void | Promise<void> = () => undefined) {
  const calls: string[] = [];
  const call = (what: string) => {
    calls.push(what);
    return onCall(what);
  };
  return {
    calls,
    handlers: {
      onSet: (pool: Pool, previous: Pool | undefined) =>
        call(`set ${pool.name} ${pool.weight} after ${previous?.weight ?? 'nothing'}`),
      onDelete: (pool: Pool) => call(`delete ${pool.name} ${pool.weight}`),
    },
  };
}

const failTimes = (times: number, matching: string, asynchronous: boolean) => {
  let left = times;
  return (what: string) => {
    if (!what.startsWith(matching) || left === 0) return undefined;
    left -= 1;
    if (asynchronous) return Promise.reject(new Error('the handler failed'));
    throw new Error('the handler failed');
  };
};

test.each([
  ['throws', false],
  ['rejects', true],
])('a handler that %s is reported and called again until it succeeds', async (_, asynchronous) => {
  const api = await standIn();
  const { calls, handlers } = scripted(failTimes(3, 'set a', asynchronous));
  const watched = await started(api, { handlers });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => calls.length === 4);
  expect(calls).toEqual(Array(4).fill('set a 1 after nothing'));
  expect(watched.problems).toMatchObject(Array(3).fill({ kind: 'handler', key: 'a' }));
  await expectAlive(api, watched);
  expect(calls.filter((what) => what.startsWith('set a 1'))).toHaveLength(4);
});

test('the cache is up to date before a handler is called', async () => {
  const api = await standIn();
  const cached: unknown[] = [];
  const watched = await started(api, {
    handlers: {
      onSet: ({ name }) => void cached.push(watched.pools.get(name)),
      onDelete: ({ name }) => void cached.push(watched.pools.get(name)),
    },
  });
  api.put(resources.nodePools, nodePool('a', 1));
  api.remove(resources.nodePools, { name: 'a' });
  await until(() => cached.length === 2);
  expect(cached).toEqual([{ name: 'a', weight: 1 }, undefined]);
});

test('a change ends the back-off: the newest state is delivered at once, with the last good one as previous', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  const { calls, handlers } = scripted(failTimes(1, 'set a 2', false));
  const watched = await started(api, { handlers, tuning: forever });
  api.put(resources.nodePools, nodePool('a', 2));
  await until(() => watched.problems.length === 1);
  api.put(resources.nodePools, nodePool('a', 3));
  await until(() => calls.length === 3);
  expect(calls).toEqual(['set a 1 after nothing', 'set a 2 after 1', 'set a 3 after 1']);
});

test('the retry of an object that was deleted meanwhile is an onDelete, itself retried', async () => {
  const api = await standIn();
  let failing = true;
  const { calls, handlers } = scripted((what) => {
    if (failing || what === 'set a 1 after nothing') throw new Error('the handler failed');
  });
  await started(api, { handlers });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => calls.length > 0);
  api.remove(resources.nodePools, { name: 'a' });
  await until(() => calls.filter((what) => what === 'delete a 1').length >= 3);
  failing = false;
  const attempts = calls.length;
  await until(() => calls.length === attempts + 1);
  expect(calls.at(-1)).toBe('delete a 1');
});

test('calls for one object come one at a time and skip what was overtaken; other objects do not wait', async () => {
  const api = await standIn();
  let running = 0;
  let release: (() => void) | undefined;
  const { calls, handlers } = scripted(async (what) => {
    if (!what.startsWith('set a')) return;
    running += 1;
    expect(running).toBe(1);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    running -= 1;
  });
  const watched = await started(api, { handlers });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => release !== undefined);
  for (const weight of [2, 3, 4]) api.put(resources.nodePools, nodePool('a', weight));
  api.put(resources.nodePools, nodePool('b', 1));
  await until(() => watched.pools.get('b') !== undefined);
  expect(calls).toEqual(['set a 1 after nothing', 'set b 1 after nothing']);
  release?.();
  await until(() => calls.length === 3);
  expect(calls.at(-1)).toBe('set a 4 after 1');
  release?.();
});

test('onSync is called again when it fails, and a reporter that throws harms nothing', async () => {
  const api = await standIn();
  let syncs = 0;
  const watched = await started(api, {
    handlers: {
      onSet: () => undefined,
      onDelete: () => undefined,
      onSync: () => {
        syncs += 1;
        if (syncs < 3) throw new Error('not yet');
      },
    },
    onProblem: () => {
      throw new Error('the reporter is broken');
    },
  });
  await until(() => syncs === 3);
  api.resetWatches();
  await expectAlive(api, watched);
  expect(syncs).toBe(3);
});
