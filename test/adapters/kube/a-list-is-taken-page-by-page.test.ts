import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { expectAlive, nodePool, standIn, started, until, watchPools } from './fixture.ts';

const NAMES = Array.from({ length: 250 }, (_, index) => `pool-${String(index).padStart(3, '0')}`);

async function crowded() {
  const api = await standIn();
  for (const name of NAMES) api.put(resources.nodePools, nodePool(name, 1));
  return api;
}

test('pages of 20 are taken, and all of them are there when it is synced', async () => {
  const api = await crowded();
  const watched = await started(api);
  expect(api.seen('list').map(({ query }) => query.get('limit'))).toEqual(Array(13).fill('20'));
  expect(watched.pools.all()).toHaveLength(NAMES.length);
  expect(watched.told.at(-1)).toBe('sync');
  await expectAlive(api, watched);
});

test('a first list whose second page has expired is no sync, and is begun anew', async () => {
  const api = await crowded();
  api.fail('list', { kind: 'pass' });
  api.fail('list', { kind: 'status', status: 410, reason: 'Expired' });
  const watched = watchPools(api);
  watched.pools.start();
  await until(() => watched.problems.length === 1);
  expect(watched.pools.known).toBe(false);
  expect(watched.problems[0]).toMatchObject({ kind: 'list', error: { code: 'kube.gone' } });
  await watched.pools.whenListed();
  // Never in one piece.
  expect(new Set(api.seen('list').map(({ query }) => query.get('limit')))).toEqual(new Set(['20']));
  expect(watched.pools.all()).toHaveLength(NAMES.length);
  expect(watched.told.filter((what) => what !== 'sync')).toHaveLength(NAMES.length);
});

test('a later list that fails half way takes nothing away', async () => {
  const api = await crowded();
  const watched = await started(api);
  api.silenceWatches();
  for (const name of NAMES.slice(0, 10)) api.remove(resources.nodePools, { name });
  api.store.compact();
  api.fail('list', { kind: 'pass' });
  api.fail('list', { kind: 'status', status: 500, reason: 'InternalError' });
  const counts: number[] = [];
  api.resetWatches();
  await until(() => {
    counts.push(watched.pools.all().length);
    return counts.at(-1) === NAMES.length - 10;
  });
  expect(new Set(counts)).toEqual(new Set([NAMES.length, NAMES.length - 10]));
  expect(watched.kinds()).toContain('list');
  await expectAlive(api, watched);
});
