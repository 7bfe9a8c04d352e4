import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import {
  failureOf,
  forever,
  nodePool,
  standIn,
  started,
  until,
  type Watched,
  watchPools,
} from './fixture.ts';

/** Stops, and proves that nothing is left of it: no watch, no connection in use, no call, no handler, no report. */
async function expectStopped(api: KubeApi, watched: Watched): Promise<void> {
  const rejections: unknown[] = [];
  const note = (error: unknown) => void rejections.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const reported = watched.problems.length;
  await watched.pools.stop();
  const { length: requests } = api.requests;
  const told = [...watched.told];
  await until(() => api.openWatches === 0);
  api.heal();
  api.put(resources.nodePools, nodePool('late', 1));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(watched.told).toEqual(told);
  expect(watched.problems).toHaveLength(reported);
  expect(api.requests).toHaveLength(requests);
  expect(rejections).toEqual([]);
}

test('while it watches', async () => {
  const api = await standIn();
  const watched = await started(api);
  await expectStopped(api, watched);
  expect(api.openConnections).toBe(0);
});

test('while it lists', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'hang' });
  const watched = watchPools(api);
  watched.pools.start();
  await until(() => api.seen('list').length === 1);
  const waiting = failureOf(watched.pools.whenSynced());
  await expectStopped(api, watched);
  await until(() => api.openConnections === 0);
  expect(await waiting).toMatchObject({ code: 'kube.aborted' });
  expect(watched.pools.synced).toBe(false);
});

test('while its watch connects', async () => {
  const api = await standIn();
  api.fail('watch', { kind: 'hang' });
  const watched = watchPools(api);
  watched.pools.start();
  await until(() => api.seen('watch').length === 1);
  await expectStopped(api, watched);
  await until(() => api.openConnections === 0);
});

test('before anything of the connection is there', async () => {
  const api = await standIn();
  const watched = watchPools(api);
  watched.pools.start();
  await expectStopped(api, watched);
  await until(() => api.openConnections === 0);
});

test('while it waits in a back-off after a list', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 500 });
  const watched = watchPools(api, { tuning: forever });
  watched.pools.start();
  await until(() => watched.problems.length === 1);
  await expectStopped(api, watched);
});

test('while it waits in a back-off after a watch', async () => {
  const api = await standIn();
  const watched = await started(api, { tuning: forever });
  api.resetWatches();
  await until(() => watched.problems.length === 1);
  await expectStopped(api, watched);
});

test('while a handler waits for its retry', async () => {
  const api = await standIn();
  let calls = 0;
  const onSet = () => {
    calls += 1;
    throw new Error('never good');
  };
  const watched = await started(api, { handlers: { onSet, onDelete: () => undefined } });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => calls > 1);
  await watched.pools.stop();
  const before = calls;
  await expectStopped(api, watched);
  expect(calls).toBe(before);
});

test('while a handler is under way: it is waited for', async () => {
  const api = await standIn();
  const ended: string[] = [];
  let begun = false;
  const watched = await started(api, {
    handlers: {
      async onSet({ name }) {
        begun = true;
        await new Promise((resolve) => setTimeout(resolve, 20));
        ended.push(name);
      },
      onDelete: () => undefined,
    },
  });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => begun);
  await expectStopped(api, watched);
  expect(ended).toEqual(['a']);
});

test('while a handler hangs: it is waited for no longer than the grace', async () => {
  const api = await standIn();
  let begun = false;
  const onSet = () => {
    begun = true;
    return new Promise<void>(() => undefined);
  };
  const handlers = { onSet, onDelete: () => undefined };
  const watched = await started(api, { handlers, tuning: { stopGraceMs: 10 } });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => begun);
  await expectStopped(api, watched);
});

test('a second start changes nothing, and after a stop it is an error', async () => {
  const api = await standIn();
  const watched = await started(api);
  watched.pools.start();
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => watched.told.includes('set a 1'));
  expect(api.seen('list')).toHaveLength(1);
  expect(api.seen('watch')).toHaveLength(1);
  expect(watched.problems).toEqual([]);
  await Promise.all([watched.pools.stop(), watched.pools.stop()]);
  expect(() => watched.pools.start()).toThrow(/stopped for good/);
  expect(watched.pools.get('a')).toEqual({ name: 'a', weight: 1 });
});

test('one that was never started stops too', async () => {
  const api = await standIn();
  const watched = watchPools(api);
  await watched.pools.stop();
  expect(await failureOf(watched.pools.whenSynced())).toMatchObject({ code: 'kube.aborted' });
});

test('waiting for the first list ends with its signal', async () => {
  const api = await standIn();
  const watched = watchPools(api);
  const waiting = new AbortController();
  const failure = failureOf(watched.pools.whenSynced(waiting.signal));
  waiting.abort();
  expect(await failure).toMatchObject({ code: 'kube.aborted' });
});
