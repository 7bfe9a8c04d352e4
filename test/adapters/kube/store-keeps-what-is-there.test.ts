import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { expectAlive, nodePool, standIn, started, until } from './fixture.ts';

test('lists what is there, then hears of every change', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  api.put(resources.nodePools, nodePool('b', 2));
  const watched = await started(api);
  expect(watched.told).toEqual(['set a 1', 'set b 2', 'sync']);

  api.put(resources.nodePools, nodePool('a', 3));
  api.remove(resources.nodePools, { name: 'b' });
  api.put(resources.nodePools, nodePool('c', 4));
  await until(() => watched.told.length === 6);

  expect(watched.told.slice(3)).toEqual(['set a 3', 'delete b 2', 'set c 4']);
  expect(watched.pools.all()).toEqual([
    { name: 'a', weight: 3 },
    { name: 'c', weight: 4 },
  ]);
  expect(watched.pools.get('b')).toBeUndefined();
  expect(watched.problems).toEqual([]);
});

test('asks for bookmarks, a random end, and goes on from where a bookmark left it', async () => {
  const api = await standIn();
  const random = [0, 0, 0.5, 0.5];
  const watched = await started(api, {
    tuning: { watchTimeoutSeconds: [300, 600], shortWatchMs: 0, random: () => random.shift() ?? 0.999 },
  });
  const before = watched.pools.lastHeardMs ?? 0;
  expect(before).toBeGreaterThan(0);
  await until(() => Date.now() > before);
  api.store.revision += 500;
  api.bookmark();
  await until(() => (watched.pools.lastHeardMs ?? 0) > before);
  api.closeWatches();
  await until(() => api.seen('watch').length === 2);

  const [first, second] = api.seen('watch').map(({ query }) => query);
  expect(first?.get('allowWatchBookmarks')).toBe('true');
  expect(first?.get('timeoutSeconds')).toBe('300');
  expect(second?.get('timeoutSeconds')).toBe('450');
  expect(second?.get('resourceVersion')).toBe(String(api.store.revision));
});

test('passes its selection to list and watch', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  api.put(resources.nodePools, nodePool('b', 2));
  const { pools } = await started(api, { select: { fieldSelector: 'metadata.name=b' } });
  expect(pools.all()).toEqual([{ name: 'b', weight: 2 }]);
  expect(api.seen('list')[0]?.query.get('fieldSelector')).toBe('metadata.name=b');
  expect(api.seen('watch')[0]?.query.get('fieldSelector')).toBe('metadata.name=b');
});

test('finds by the periodic list what a watch has missed, and tells nothing twice', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  api.put(resources.nodePools, nodePool('b', 1));
  const watched = await started(api, { tuning: { relistEveryMs: 30 } });
  // A silent watch misses all of this.
  api.fail('watch', { kind: 'silent' }, 1_000_000);
  api.silenceWatches();
  api.remove(resources.nodePools, { name: 'a' });
  api.put(resources.nodePools, nodePool('b', 2));
  await until(() => watched.told.includes('set b 2'));
  const lists = api.seen('list').length;
  await until(() => api.seen('list').length > lists + 2);

  expect(watched.told.filter((what) => what !== 'sync')).toEqual([
    'set a 1',
    'set b 1',
    'set b 2',
    'delete a 1',
  ]);
  expect(watched.problems).toEqual([]);
  expect(watched.pools.known).toBe(true);
});

test('an object that cannot be read stays as it last was', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  api.put(resources.nodePools, { metadata: { name: 'never-good' } });
  const watched = await started(api);
  api.put(resources.nodePools, { metadata: { name: 'a' } });
  await until(() => watched.problems.length === 2);

  expect(watched.problems).toMatchObject([
    { kind: 'parse', key: 'never-good' },
    { kind: 'parse', key: 'a' },
  ]);
  expect(watched.pools.get('a')).toEqual({ name: 'a', weight: 1 });
  expect(watched.pools.get('never-good')).toBeUndefined();
  expect(watched.pools.unjudgeable).toEqual(['a', 'never-good']);

  api.put(resources.nodePools, nodePool('a', 2));
  api.remove(resources.nodePools, { name: 'never-good' });
  await expectAlive(api, watched);
  expect(watched.told.slice(0, 3)).toEqual(['set a 1', 'sync', 'set a 2']);
  expect(watched.told).not.toContain('delete never-good');
  expect(watched.pools.unjudgeable).toEqual([]);
});
