import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { clientOf, expectAlive, forever, nodePool, standIn, started, until, watchPools } from './fixture.ts';

const goneEvent = JSON.stringify({
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
});

test('410 as a status: lists anew, and what was deleted meanwhile is delivered', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  api.put(resources.nodePools, nodePool('b', 1));
  const watched = await started(api);
  api.silenceWatches();
  api.remove(resources.nodePools, { name: 'a' });
  api.put(resources.nodePools, nodePool('c', 1));
  api.store.compact();
  api.resetWatches();
  await until(() => watched.told.includes('delete a 1'));
  expect(watched.told.filter((what) => what !== 'sync')).toEqual([
    'set a 1',
    'set b 1',
    'set c 1',
    'delete a 1',
  ]);
  expect(watched.kinds()).toContain('gone');
  await expectAlive(api, watched);
});

test('410 as an ERROR event: lists anew at once, without a wait', async () => {
  const api = await standIn();
  const watched = await started(api, { tuning: forever });
  api.sendLine(goneEvent);
  await until(() => api.seen('list').length === 2);
  await expectAlive(api, watched);
  expect(watched.kinds()).toEqual(['gone']);
  expect(watched.problems[0]?.error).toMatchObject({ code: 'kube.gone', status: 410 });
});

test('410 again and again is no hot loop', async () => {
  const api = await standIn();
  api.fail('watch', { kind: 'line', line: goneEvent }, 1_000_000);
  // Both watches are over in a moment: nobody can wait to see one open.
  watchPools(api, { tuning: forever }).pools.start();
  await until(() => api.seen('watch').length === 2);
  for (let count = 0; count < 50; count += 1) await clientOf(api).list(resources.nodes);
  expect(api.seen('watch')).toHaveLength(2);
});

test('another ERROR event ends the watch, which goes on behind a back-off with nothing lost', async () => {
  const api = await standIn();
  const watched = await started(api);
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => watched.pools.get('a') !== undefined);
  api.sendLine(
    JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd is gone' } }),
  );
  await until(() => watched.problems.length === 1);
  expect(watched.problems[0]).toMatchObject({ kind: 'watch', error: { code: 'kube.server' } });
  await expectAlive(api, watched);
  expect(api.seen('list')).toHaveLength(1);
});
