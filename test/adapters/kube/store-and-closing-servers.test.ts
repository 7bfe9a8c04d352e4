import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { clientOf, expectAlive, forever, nodePool, standIn, started, until, watchPools } from './fixture.ts';

test('an ordinary close is followed by a new watch at once, on the same connection', async () => {
  const api = await standIn();
  // Whoever waits at all, waits for an hour.
  const watched = await started(api, { tuning: { ...forever, shortWatchMs: 0 } });
  const connections = api.connections;
  for (let count = 1; count <= 5; count += 1) {
    api.closeWatches();
    await until(() => api.seen('watch').length === count + 1 && api.openWatches === 1);
    await expectAlive(api, watched);
  }
  expect(watched.kinds()).toEqual(Array(5).fill('closed'));
  expect(api.seen('list')).toHaveLength(1);
  expect(api.connections).toBe(connections);
});

test.each([
  ['without events', { kind: 'close' }],
  ['with events', { kind: 'line-and-close' }],
])('a server that closes at once, again and again, %s, is backed off', async (_, { kind }) => {
  const api = await standIn();
  const watched = watchPools(api, { tuning: { ...forever, shortWatchMs: 60_000 } });
  api.fail('watch', { kind: 'close' }, 1_000_000);
  if (kind === 'line-and-close') {
    // Each watch begins after an event that it has not told yet.
    const put = () => api.put(resources.nodePools, nodePool('busy', api.requests.length));
    const timer = setInterval(put, 1);
    watched.pools.start();
    await until(() => watched.kinds().length === 2);
    clearInterval(timer);
  } else {
    watched.pools.start();
    await until(() => watched.kinds().length === 2);
  }
  for (let count = 0; count < 50; count += 1) await clientOf(api).list(resources.nodes);
  expect(watched.kinds()).toEqual(['closed', 'closed']);
  expect(api.seen('watch')).toHaveLength(2);
});

test('a back-off ends: after many short watches it still hears', async () => {
  const api = await standIn();
  api.fail('watch', { kind: 'close' }, 20);
  const watched = await started(api);
  await until(() => api.seen('watch').length === 21);
  await expectAlive(api, watched);
});
