import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { expectAlive, nodePool, standIn, started, until, watchPools } from './fixture.ts';

test('one that throws is reported, and neither ends the watch nor keeps the others from hearing', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  const watched = watchPools(api);
  const error = new Error('the listener failed');
  let calls = 0;
  watched.pools.listen(() => {
    calls += 1;
    throw error;
  });
  let after = 0;
  watched.pools.listen(() => {
    after += 1;
  });
  watched.pools.start();
  await watched.pools.whenListed();
  await expectAlive(api, watched);
  api.remove(resources.nodePools, { name: 'a' });
  await until(() => watched.told.includes('delete a 1'));
  expect(calls).toBeGreaterThan(2);
  expect(after).toBe(calls);
  expect(watched.problems).toEqual(Array(calls).fill({ kind: 'handler', error }));
  expect(api.seen('list')).toHaveLength(1);
  expect(api.seen('watch')).toHaveLength(1);
});

test('what is told is there when it is told, and of the first list it is known', async () => {
  const api = await standIn();
  for (const name of ['a', 'b']) api.put(resources.nodePools, nodePool(name, 1));
  const { pools } = watchPools(api);
  const found: unknown[] = [];
  pools.listen(() => found.push([pools.known, pools.presence, pools.all().map(({ name }) => name)]));
  pools.start();
  await pools.whenListed();
  expect(found.at(-1)).toEqual([true, 'present', ['a', 'b']]);
  api.put(resources.nodePools, nodePool('c', 1));
  await until(() => pools.get('c') !== undefined);
  expect(found.at(-1)).toEqual([true, 'present', ['a', 'b', 'c']]);
  api.remove(resources.nodePools, { name: 'a' });
  await until(() => pools.get('a') === undefined);
  expect(found.at(-1)).toEqual([true, 'present', ['b', 'c']]);
});

test('a reporter that throws harms nothing', async () => {
  const api = await standIn();
  api.put(resources.nodePools, { metadata: { name: 'odd' } });
  let reports = 0;
  const watched = await started(api, {
    onProblem() {
      reports += 1;
      throw new Error('the reporter is broken');
    },
  });
  watched.pools.listen(() => {
    throw new Error('the listener failed');
  });
  api.resetWatches();
  await expectAlive(api, watched);
  expect(reports).toBeGreaterThan(2);
});
