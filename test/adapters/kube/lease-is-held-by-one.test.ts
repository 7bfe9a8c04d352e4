import { expect, test } from 'vitest';
import { leaseTuning } from '../../../shared/kube/lease.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { standIn, until } from './fixture.ts';
import { candidate, leaseAt, storedSpec, writeLease } from './lease-fixture.ts';

test('the first candidate makes the Lease and leads; the second one sees who does', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  const a = candidate(api, 'a', clock);
  a.election.start();
  await until(() => a.election.isLeader);
  const b = candidate(api, 'b', clock);
  b.election.start();
  await until(() => b.election.holder === 'a');
  expect(a.events).toEqual(['lead']);
  expect(a.election.holder).toBe('a');
  expect(b.events).toEqual([]);
  expect(b.election.isLeader).toBe(false);
  expect(storedSpec(api)).toMatchObject({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    leaseTransitions: 0,
  });
  expect(storedSpec(api).renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect([...a.problems, ...b.problems]).toEqual([]);
});

test('the times of a Lease are in the proportions of client-go, and those of the shortest one fit each other', async () => {
  expect(leaseTuning(15_000)).toEqual({
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
  });
  const api = await standIn();
  candidate(api, 'a', { ms: 0 }, { tuning: leaseTuning(3_000) });
});

test('candidates that start together: exactly one leads', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  const all = ['a', 'b', 'c', 'd'].map((identity) => candidate(api, identity, clock));
  for (const { election } of all) election.start();
  await until(() => all.every(({ election }) => election.holder !== undefined));
  const renewals = api.seen('replace').length;
  await until(() => api.seen('replace').length > renewals + 5);
  const leaders = all.filter(({ election }) => election.isLeader);
  expect(leaders).toHaveLength(1);
  expect(all.flatMap(({ events }) => events)).toEqual(['lead']);
  expect(all.flatMap(({ problems }) => problems)).toEqual([]);
});

test('a leader who renews is never followed, however long it leads', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  const a = candidate(api, 'a', clock);
  const b = candidate(api, 'b', clock);
  a.election.start();
  await until(() => a.election.isLeader);
  b.election.start();
  for (let count = 0; count < 20; count += 1) {
    const [renewed, seen] = [api.seen('replace').length, api.seen('get').length];
    await until(() => api.seen('replace').length > renewed + 1 && api.seen('get').length > seen + 1);
    clock.ms += 5_000;
  }
  expect(a.election.isLeader).toBe(true);
  expect(a.events).toEqual(['lead']);
  expect(b.events).toEqual([]);
});

test('a holder that died is followed when the lease has run out on the local clock, not before', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  writeLease(api, { holderIdentity: 'dead' });
  const b = candidate(api, 'b', clock);
  b.election.start();
  await until(() => b.election.holder === 'dead');
  clock.ms = 14_999;
  const looked = api.seen('get').length;
  await until(() => api.seen('get').length > looked + 5);
  expect(b.election.isLeader).toBe(false);
  expect(api.seen('replace')).toEqual([]);

  clock.ms = 15_000;
  await until(() => b.election.isLeader);
  expect(storedSpec(api)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 5 });
  expect(storedSpec(api).acquireTime).not.toBe('2026-01-01T00:00:00.000000Z');
});

test.each([
  ['the far past', '1970-01-01T00:00:00.000000Z'],
  ['the far future', '2199-01-01T00:00:00.000000Z'],
])('the times in the record are another clock: %s changes nothing', async (_, time) => {
  const api = await standIn();
  const clock = { ms: 0 };
  writeLease(api, { holderIdentity: 'skewed', renewTime: time, acquireTime: time });
  const b = candidate(api, 'b', clock);
  b.election.start();
  await until(() => b.election.holder === 'skewed');
  clock.ms = 10_000;
  // It renews, by its own clock, and so it lives.
  writeLease(api, { holderIdentity: 'skewed', renewTime: time.replace('00:00:00', '00:00:10') });
  const looked = api.seen('get').length;
  await until(() => api.seen('get').length > looked + 2);
  clock.ms = 24_000;
  const again = api.seen('get').length;
  await until(() => api.seen('get').length > again + 2);
  expect(b.election.isLeader).toBe(false);
  clock.ms = 25_001;
  await until(() => b.election.isLeader);
});

test('a conflict loses one round and is not a problem', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  writeLease(api, { holderIdentity: '' });
  api.fail('replace', { kind: 'status', status: 409, reason: 'Conflict' }, 3);
  const a = candidate(api, 'a', clock);
  a.election.start();
  await until(() => a.election.isLeader);
  expect(api.seen('replace').length).toBeGreaterThanOrEqual(4);
  // While it leads, too: the record is read again and still says that it is ours.
  api.fail('replace', { kind: 'status', status: 409, reason: 'Conflict' });
  const reads = api.seen('get').length;
  await until(() => api.seen('get').length > reads);
  const renewals = api.seen('replace').length;
  await until(() => api.seen('replace').length > renewals + 2);
  expect(a.election.isLeader).toBe(true);
  expect(a.events).toEqual(['lead']);
  expect(a.problems).toEqual([]);
});

test('what others keep in the Lease stays there', async () => {
  const api = await standIn();
  writeLease(api, { holderIdentity: '', strategy: 'OldestEmulationVersion' });
  const a = candidate(api, 'a', { ms: 0 });
  a.election.start();
  await until(() => a.election.isLeader);
  const renewals = api.seen('replace').length;
  await until(() => api.seen('replace').length > renewals + 1);
  expect(storedSpec(api)).toMatchObject({ holderIdentity: 'a', strategy: 'OldestEmulationVersion' });
  expect(api.read(resources.leases, leaseAt)?.metadata.labels).toEqual({ team: 'platform' });
});

test('a Lease that cannot be read is a problem, not a leadership', async () => {
  const api = await standIn();
  writeLease(api, { holderIdentity: 7 });
  const a = candidate(api, 'a', { ms: 0 });
  a.election.start();
  await until(() => a.problems.length > 1);
  expect(a.problems[0]).toMatchObject({ kind: 'acquire', error: { code: 'kube.undecodable' } });
  expect(a.election.isLeader).toBe(false);
});
