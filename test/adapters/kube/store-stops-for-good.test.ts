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

/** Stops, and proves that nothing is left of it: no watch, no connection in use, no call, nobody told, no report. */
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
  const waiting = failureOf(watched.pools.whenListed());
  await expectStopped(api, watched);
  await until(() => api.openConnections === 0);
  expect(await waiting).toMatchObject({ code: 'kube.aborted' });
  expect(watched.pools.known).toBe(false);
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

test('while it is telling: nobody is told again', async () => {
  const api = await standIn();
  const watched = await started(api);
  let stopped: Promise<void> | undefined;
  watched.pools.listen(() => {
    stopped = watched.pools.stop();
  });
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => stopped !== undefined);
  api.put(resources.nodePools, nodePool('b', 1));
  await stopped;
  await expectStopped(api, watched);
  expect(watched.told).toEqual(['sync', 'set a 1']);
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
  expect(await failureOf(watched.pools.whenListed())).toMatchObject({ code: 'kube.aborted' });
});

test('waiting for the first list ends with its signal', async () => {
  const api = await standIn();
  const watched = watchPools(api);
  const waiting = new AbortController();
  const failure = failureOf(watched.pools.whenListed(waiting.signal));
  waiting.abort();
  expect(await failure).toMatchObject({ code: 'kube.aborted' });
});
