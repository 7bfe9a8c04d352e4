import { expect, test } from 'vitest';
import { LeaseElection } from '../../../shared/kube/lease.ts';
import { clientOf, standIn, until } from './fixture.ts';
import { candidate, leaseAt, storedSpec, writeLease } from './lease-fixture.ts';

test('stop ends the work, then frees the lease, and the next one leads without waiting', async () => {
  const api = await standIn();
  const clock = { ms: 0 };
  const writesAtEndOfWork: number[] = [];
  const released = () =>
    api.seen('replace').filter(({ body }) => body.includes('"holderIdentity":""')).length;
  const onStartedLeading = async (signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    writesAtEndOfWork.push(released());
  };
  const a = candidate(api, 'a', clock, { onStartedLeading });
  const b = candidate(api, 'b', clock);
  a.election.start();
  await until(() => a.election.isLeader);
  b.election.start();
  await until(() => b.election.holder === 'a');
  await a.election.stop();
  expect(writesAtEndOfWork).toEqual([0]);
  expect(released()).toBe(1);
  expect(a.events).toEqual(['stopped']);
  expect(a.election.isLeader).toBe(false);
  await until(() => b.election.isLeader);
  expect(clock.ms).toBe(0);
  expect(storedSpec(api)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

test('a released record has no holder and one second of validity', async () => {
  const api = await standIn();
  const a = candidate(api, 'a', { ms: 0 });
  a.election.start();
  await until(() => a.election.isLeader);
  await a.election.stop();
  expect(storedSpec(api)).toMatchObject({
    holderIdentity: '',
    leaseDurationSeconds: 1,
    leaseTransitions: 0,
  });
  expect(a.election.holder).toBeUndefined();
  const requests = api.requests.length;
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(api.requests).toHaveLength(requests);
});

test('work that does not stop keeps the lease: nobody else may begin beside it', async () => {
  const api = await standIn();
  const a = candidate(
    api,
    'a',
    { ms: 0 },
    {
      onStartedLeading: () => new Promise<void>(() => undefined),
      tuning: { leaseDurationMs: 1_000, renewDeadlineMs: 30, now: () => performance.now() },
    },
  );
  a.election.start();
  await until(() => a.election.isLeader);
  await a.election.stop();
  expect(storedSpec(api)).toMatchObject({ holderIdentity: 'a' });
  expect(a.problems.map(({ kind }) => kind)).toEqual(['work']);
});

test('stop does not take back what somebody else has taken', async () => {
  const api = await standIn();
  const a = candidate(api, 'a', { ms: 0 }, { tuning: { retryPeriodMs: 5_000 } });
  a.election.start();
  await until(() => a.election.isLeader);
  writeLease(api, { holderIdentity: 'other' });
  await a.election.stop();
  expect(storedSpec(api)).toMatchObject({ holderIdentity: 'other' });
  expect(a.problems).toEqual([]);
});

test('a release that fails is reported, and stop ends all the same', async () => {
  const api = await standIn();
  const a = candidate(api, 'a', { ms: 0 }, { tuning: { retryPeriodMs: 5_000 } });
  a.election.start();
  await until(() => a.election.isLeader);
  api.fail('replace', { kind: 'status', status: 500 });
  await a.election.stop();
  expect(a.problems).toMatchObject([{ kind: 'release', error: { code: 'kube.server' } }]);
});

test('stop while the lease is being taken: it is freed again and no work begins', async () => {
  const api = await standIn();
  writeLease(api, { holderIdentity: '' });
  const client = clientOf(api);
  let stopped: Promise<void> | undefined;
  const a = candidate(
    api,
    'a',
    { ms: 0 },
    {
      client: {
        ...client,
        replace(...call) {
          stopped ??= a.election.stop();
          return client.replace(...call);
        },
      },
    },
  );
  a.election.start();
  await until(() => stopped !== undefined);
  await stopped;
  expect(api.seen('replace')).toHaveLength(2);
  expect(a.events).toEqual([]);
  expect(storedSpec(api).holderIdentity).toBe('');
});

test('a candidate that never led stops without a write', async () => {
  const api = await standIn();
  writeLease(api, { holderIdentity: 'other' });
  const b = candidate(api, 'b', { ms: 0 });
  b.election.start();
  await until(() => b.election.holder === 'other');
  await b.election.stop();
  expect(api.seen('replace')).toEqual([]);
  expect(b.problems).toEqual([]);
});

test('a second start changes nothing, and after a stop it is an error', async () => {
  const api = await standIn();
  const a = candidate(api, 'a', { ms: 0 });
  a.election.start();
  a.election.start();
  await until(() => a.election.isLeader);
  expect(api.seen('create')).toHaveLength(1);
  await Promise.all([a.election.stop(), a.election.stop()]);
  expect(() => a.election.start()).toThrow(/stopped for good/);
  expect(a.events).toEqual(['lead', 'told to stop', 'stopped']);
});

test.each([
  { leaseDurationMs: 10_000, renewDeadlineMs: 10_000 },
  { renewDeadlineMs: 2_000, retryPeriodMs: 2_000 },
])('times that could make two leaders are refused: %o', async (tuning) => {
  const api = await standIn();
  const make = () =>
    new LeaseElection({
      client: clientOf(api),
      ...leaseAt,
      identity: 'a',
      onStartedLeading: () => undefined,
      tuning,
    });
  expect(make).toThrow(/lease duration must exceed/);
});
