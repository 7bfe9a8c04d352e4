import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { standIn, until } from './fixture.ts';
import { candidate, leaseAt, writeLease } from './lease-fixture.ts';

test('a leader cut off from the API stops before anybody else may start', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  const a = candidate(api, 'a', clock);
  const b = candidate(api, 'b', clock);
  a.election.start();
  await until(() => a.election.isLeader);
  b.election.start();
  await until(() => b.election.holder === 'a');
  // From here on every call of a fails, while b reads what it likes.
  a.client.close();
  await until(() => a.problems.length > 1);
  // b has seen the last renewal before the clock moves: it counts from there.
  const seen = api.seen('get').length;
  await until(() => api.seen('get').length > seen + 2);
  clock.ms += 9_999;
  const tried = a.problems.length;
  await until(() => a.problems.length > tried);
  expect(a.election.isLeader).toBe(true);

  clock.ms += 1;
  expect(a.election.isLeader).toBe(false);
  await until(() => a.events.length === 3);
  expect(a.events).toEqual(['lead', 'told to stop', 'stopped']);
  expect(a.problems.map(({ kind }) => kind)).toContain('lost');
  const looked = api.seen('get').length;
  await until(() => api.seen('get').length > looked + 3);
  expect(b.events).toEqual([]);

  clock.ms += 5_000;
  await until(() => b.election.isLeader);
  expect(a.election.isLeader).toBe(false);
});

test('an API that answers only errors ends a leadership, and a healthy one begins it anew', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  const a = candidate(api, 'a', clock);
  a.election.start();
  await until(() => a.election.isLeader);
  for (const verb of ['get', 'replace'] as const) api.fail(verb, { kind: 'status', status: 503 }, 1_000_000);
  await until(() => a.problems.length > 2);
  expect(a.problems[0]).toMatchObject({ kind: 'renew', error: { code: 'kube.server' } });
  expect(a.election.isLeader).toBe(true);
  clock.ms += 10_000;
  await until(() => a.events.includes('stopped'));
  api.heal();
  await until(() => a.election.isLeader);
  expect(a.events).toEqual(['lead', 'told to stop', 'stopped', 'lead']);
});

test('an API that does not answer at all ends a leadership by the deadline', async () => {
  const api = await standIn();
  const times = {
    leaseDurationMs: 2_000,
    renewDeadlineMs: 100,
    retryPeriodMs: 5,
    now: () => performance.now(),
  };
  const a = candidate(api, 'a', { ms: 0 }, { tuning: times });
  a.election.start();
  await until(() => a.election.isLeader);
  for (const verb of ['get', 'replace'] as const) api.fail(verb, { kind: 'hang' }, 1_000_000);
  await until(() => a.events.includes('stopped'));
  expect(a.events).toEqual(['lead', 'told to stop', 'stopped']);
  expect(a.problems).toContainEqual({ kind: 'lost' });
});

test('a lease that somebody else has written over is lost at once', async () => {
  const api = await standIn();
  const a = candidate(api, 'a', { ms: 0 });
  a.election.start();
  await until(() => a.election.isLeader);
  writeLease(api, { holderIdentity: 'usurper' });
  await until(() => a.events.includes('stopped'));
  expect(a.election.isLeader).toBe(false);
  expect(a.election.holder).toBe('usurper');
  expect(a.problems.map(({ kind }) => kind)).toEqual(['lost']);
});

test('a Lease that was deleted is made anew and the leadership goes on', async () => {
  const api = await standIn();
  const a = candidate(api, 'a', { ms: 0 });
  a.election.start();
  await until(() => a.election.isLeader);
  api.remove(resources.leases, leaseAt);
  await until(() => api.read(resources.leases, leaseAt) !== undefined);
  expect(a.election.isLeader).toBe(true);
  expect(a.events).toEqual(['lead']);
});

test('work that fails gives the lease back and is tried again', async () => {
  const api = await standIn();
  let starts = 0;
  const onStartedLeading = () => {
    starts += 1;
    if (starts < 3) throw new Error('cannot work');
  };
  const a = candidate(api, 'a', { ms: 0 }, { onStartedLeading });
  a.election.start();
  await until(() => starts === 3);
  await until(() => a.election.isLeader);
  expect(a.problems.map(({ kind }) => kind)).toEqual(['work', 'work']);
  const released = api.seen('replace').filter(({ body }) => body.includes('"holderIdentity":""'));
  expect(released).toHaveLength(2);
});

test('work that returns early keeps the lease', async () => {
  const api = await standIn();
  let starts = 0;
  const onStartedLeading = () => {
    starts += 1;
  };
  const a = candidate(api, 'a', { ms: 0 }, { onStartedLeading });
  a.election.start();
  await until(() => api.seen('replace').length > 5);
  expect(starts).toBe(1);
  expect(a.election.isLeader).toBe(true);
});
