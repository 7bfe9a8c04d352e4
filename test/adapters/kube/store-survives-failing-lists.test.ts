import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { createStore } from '../../../shared/stores/store.ts';
import { clientOf, expectAlive, nodePool, standIn, started, until, watchPools } from './fixture.ts';

test.each([
  ['a 500', { kind: 'status', status: 500 }, 'kube.server'],
  ['a 403', { kind: 'status', status: 403, reason: 'Forbidden' }, 'kube.forbidden'],
  ['a reset half way', { kind: 'broken-off' }, 'kube.unreachable'],
  ['a page that is not JSON', { kind: 'body', body: '<html>gateway</html>' }, 'kube.undecodable'],
  ['something else than a list', { kind: 'body', body: '{"kind":"Pod"}' }, 'kube.undecodable'],
  [
    'a list without a resourceVersion',
    { kind: 'body', body: '{"metadata":{},"items":[]}' },
    'kube.undecodable',
  ],
] as const)('tries again after %s', async (_, fault, code) => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  api.fail('list', fault, 3);
  const watched = await started(api);
  // That a right is missing is told once.
  expect(watched.kinds()).toEqual(Array(code === 'kube.forbidden' ? 1 : 3).fill('list'));
  expect(watched.problems[0]?.error).toMatchObject({ code });
  expect(watched.told).toEqual(['set a 1', 'sync']);
  await expectAlive(api, watched);
});

test('waits as long as a 429 asks for', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 429, headers: { 'Retry-After': '3600' } });
  const watched = watchPools(api);
  watched.pools.start();
  await until(() => watched.problems.length === 1);
  // Far more time than the back-off of a few milliseconds would take.
  for (let count = 0; count < 50; count += 1) await clientOf(api).list(resources.nodes);
  expect(api.seen('list').filter(({ path }) => path.endsWith('nodepools'))).toHaveLength(1);
  expect(watched.problems[0]?.error).toMatchObject({ code: 'kube.throttled', retryAfterSeconds: 3600 });
  expect(watched.pools.known).toBe(false);
});

test('a list that hangs is given up at the time limit of the client', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'hang' });
  const problems: unknown[] = [];
  const pools = createStore({
    client: clientOf(api, 30),
    kind: { type: resources.nodePools, read: ({ metadata }) => ({ name: metadata.name ?? '' }) },
    onProblem: ({ error }) => problems.push(error),
    tuning: { backoffBaseMs: 1 },
  });
  pools.start();
  await pools.whenListed();
  await pools.stop();
  expect(problems[0]).toMatchObject({ code: 'kube.timeout' });
});

test('a list that fails later leaves the store as it was, and known', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  const watched = await started(api);
  api.fail('list', { kind: 'status', status: 500 }, 1_000_000);
  api.fail('watch', { kind: 'status', status: 410, reason: 'Expired' });
  api.resetWatches();
  await until(() => watched.kinds().filter((kind) => kind === 'list').length > 3);
  expect(watched.pools.known).toBe(true);
  expect(watched.pools.all()).toEqual([{ name: 'a', weight: 1 }]);
  api.heal();
  await expectAlive(api, watched);
});
