import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { expectAlive, nodePool, standIn, started, until } from './fixture.ts';

test.each([
  ['half a line', '{"type":"ADDED","object":{"metad'],
  ['another kind of JSON', '[1,2,3]'],
  ['an unknown event', '{"type":"RENAMED","object":{"metadata":{}}}'],
  ['an event without an object', '{"type":"ADDED"}'],
])('%s is reported and ends the watch, which resumes where it was', async (_, line) => {
  const api = await standIn();
  const watched = await started(api);
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => watched.pools.get('a') !== undefined);
  const heardUpTo = String(api.store.revision);
  api.sendLine(line);
  await until(() => watched.problems.length === 1 && api.seen('watch').length === 2);
  expect(watched.problems[0]).toMatchObject({ kind: 'watch', error: { code: 'kube.undecodable' } });
  expect(api.seen('watch')[1]?.query.get('resourceVersion')).toBe(heardUpTo);
  await expectAlive(api, watched);
});

test('a line that comes again with every watch is passed by with a list', async () => {
  const api = await standIn();
  const watched = await started(api);
  api.fail('watch', { kind: 'line', line: 'not json' }, 3);
  api.resetWatches();
  api.put(resources.nodePools, nodePool('a', 1));
  await until(() => api.seen('list').length === 2);
  await until(() => watched.pools.get('a')?.weight === 1);
  await expectAlive(api, watched);
});
