import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { expectAlive, nodePool, standIn, started, until } from './fixture.ts';

test('notices a half-open connection by its silence and reconnects', async () => {
  const api = await standIn();
  const watched = await started(api, { tuning: { inactivityMs: 40 } });
  api.silenceWatches();
  await until(() => watched.kinds().includes('inactive'));
  await expectAlive(api, watched);
  expect(watched.pools.known).toBe(true);
});

test('bookmarks keep an idle watch open', async () => {
  const api = await standIn();
  const inactivityMs = 1_000;
  const watched = await started(api, { tuning: { inactivityMs } });
  const end = performance.now() + 1.3 * inactivityMs;
  while (performance.now() < end) {
    api.bookmark();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(api.seen('watch')).toHaveLength(1);
  expect(watched.problems).toEqual([]);
});

test('survives resets, again and again', async () => {
  const api = await standIn();
  const watched = await started(api);
  for (let count = 0; count < 5; count += 1) {
    api.resetWatches();
    await until(() => watched.kinds().length > count);
    await expectAlive(api, watched);
  }
  expect(new Set(watched.kinds())).toEqual(new Set(['watch']));
  expect(watched.problems[0]?.error).toMatchObject({ code: 'kube.unreachable' });
});

test('survives a watch that is reset before its answer, and one that is refused with 5xx', async () => {
  const api = await standIn();
  api.fail('watch', { kind: 'reset' });
  api.fail('watch', { kind: 'status', status: 500 });
  api.fail('watch', { kind: 'status', status: 503, headers: { 'Retry-After': '0' } });
  const watched = await started(api);
  await expectAlive(api, watched);
  const codes = watched.problems.map(({ error }) =>
    error instanceof Error && 'code' in error ? error.code : error,
  );
  // The first may have been repeated by the client, on a fresh connection, before the loop heard of it.
  expect(codes.slice(-2)).toEqual(['kube.server', 'kube.server']);
  expect(watched.kinds().every((kind) => kind === 'watch')).toBe(true);
});

test('what happened while the connection was broken is heard afterwards', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  const watched = await started(api);
  api.fail('watch', { kind: 'status', status: 503 }, 2);
  api.silenceWatches();
  api.remove(resources.nodePools, { name: 'a' });
  api.put(resources.nodePools, nodePool('b', 2));
  api.resetWatches();
  await until(() => watched.told.includes('set b 2'));
  expect(watched.told).toEqual(['set a 1', 'sync', 'delete a 1', 'set b 2']);
  expect(api.seen('list')).toHaveLength(1);
});

test('after three refusals in a row in which nothing was heard it lists anew', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  const watched = await started(api);
  api.fail(
    'watch',
    { kind: 'status', status: 504, reason: 'Timeout', message: 'Too large resource version' },
    3,
  );
  api.resetWatches();
  await until(() => api.seen('list').length === 2);
  await expectAlive(api, watched);
  expect(watched.told.filter((what) => what === 'set a 1')).toHaveLength(1);
});

test('survives a server that accepts and never answers', async () => {
  const api = await standIn();
  api.fail('watch', { kind: 'hang' });
  const watched = await started(api, { tuning: { inactivityMs: 40 } });
  expect(watched.kinds()).toContain('watch');
  expect(watched.problems[0]?.error).toMatchObject({ code: 'kube.timeout' });
  await expectAlive(api, watched);
});

test('survives a restart of the server', async () => {
  const api = await standIn();
  const watched = await started(api);
  api.cutConnections();
  await expectAlive(api, watched);
  expect(watched.pools.known).toBe(true);
});
