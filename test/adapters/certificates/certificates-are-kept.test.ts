import { expect, test, vi } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { configurationTypes } from '../../../webhook/registration/registration-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { standIn } from '../kube/fixture.ts';
import { allTrust, DAY, type Keeping, keep, putConfigurations, SECRET_AT, storedCa } from './keeping.ts';

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const SETTLE_MS = 10_000;

async function untilReady(...replicas: Keeping[]): Promise<void> {
  await eventually(() => {
    for (const replica of replicas) expect(replica.problem()).toBeUndefined();
  });
}

/** Some replicas that serve, and whose CA is trusted. */
async function running(count: number): Promise<{ api: KubeApi; replicas: Keeping[]; ca: string }> {
  const api = await standIn();
  putConfigurations(api);
  const replicas = Array.from({ length: count }, () => keep(api));
  await untilReady(...replicas);
  return { api, replicas, ca: storedCa(api) };
}

/** Moves a replica's clock on until it serves a leaf of this CA: it begins to count when it has seen the trust. */
async function settle(replica: Keeping | undefined, ca: string): Promise<void> {
  const look = () => {
    replica?.sleep(SETTLE_MS);
    expect(replica?.served.at(-1)?.ca).toBe(ca);
  };
  await vi.waitFor(look, { timeout: 20_000, interval: 50 });
}

const writes = (api: KubeApi) =>
  api.requests.filter(({ verb }) => verb === 'create' || verb === 'replace' || verb === 'patch').length;

test('five replicas that start together share one CA, which is trusted; a later one writes nothing', async () => {
  const { api, replicas, ca } = await running(5);
  expect(replicas.map(({ served }) => served[0]?.ca)).toEqual(Array.from({ length: 5 }, () => ca));
  expect(replicas.filter(({ told }) => told.includes('ca made'))).toHaveLength(1);
  expect(allTrust(api, ca)).toBe(true);
  const before = writes(api);
  const late = keep(api);
  await untilReady(late);
  expect(late.told).toEqual(['ca found', 'leaf start']);
  expect(writes(api)).toBe(before);
});

test.each<[string, (api: KubeApi) => void]>([
  ['deleted', (api) => api.remove(resources.secrets, SECRET_AT)],
  [
    'corrupted',
    (api) => void api.put(resources.secrets, { metadata: SECRET_AT, data: { 'tls.crt': 'AAAA' } }),
  ],
])(
  'a Secret that is %s is healed at once; old and new CA are trusted before anybody serves the new one',
  async (_, harm) => {
    const { api, replicas, ca: old } = await running(2);
    harm(api);
    await eventually(() => expect(['', old]).not.toContain(storedCa(api)));
    const ca = storedCa(api);
    await eventually(() => expect(allTrust(api, ca, old)).toBe(true));
    for (const replica of replicas) {
      await eventually(() => expect(replica.told.filter((line) => line.startsWith('ca '))).toHaveLength(2));
      expect(replica.problem()).toBeUndefined();
      // The settling time has not passed on this replica's clock.
      expect(replica.served).toHaveLength(1);
      await settle(replica, ca);
      expect(replica.told).toContain('leaf new-ca');
    }
    expect(allTrust(api, ca, old)).toBe(true);
  },
);

/**
 * A clock that is late at the first readings in a turn of the event loop, and catches up with each. To who reads it then,
 * a timer has fired a little early, as one in eight of Node's does (libuv counts in whole milliseconds), and time passes
 * between two readings.
 */
function clockBehindItsTimers(): () => number {
  const begun = performance.now();
  let lateMs = 4;
  return () => {
    if (lateMs === 4)
      setImmediate(() => {
        lateMs = 4;
      });
    const reading = performance.now() - begun - lateMs;
    lateMs = Math.max(0, lateMs - 2);
    return reading;
  };
}

test('what becomes due between two readings of the clock does not wait for the next tick', async () => {
  const api = await standIn();
  putConfigurations(api);
  // The leaf of a new CA is served three seconds after the CA is trusted; the next thing is due after 24 s.
  const lives = { caDurationMs: 36_000, leafDurationMs: 36_000, tickMs: 3_600_000 };
  const replica = keep(api, { ...lives, elapsed: clockBehindItsTimers() });
  await untilReady(replica);
  api.remove(resources.secrets, SECRET_AT);
  await eventually(() => expect(replica.told).toContain('leaf new-ca'));
});

test('the CA that was lost is trusted for as long as a leaf of it may live, and then no longer', async () => {
  const { api, replicas, ca: old } = await running(1);
  api.remove(resources.secrets, SECRET_AT);
  await eventually(() => expect(allTrust(api, storedCa(api), old)).toBe(true));
  await settle(replicas[0], storedCa(api));
  replicas[0]?.sleep(6.9 * DAY);
  await eventually(() => expect(replicas[0]?.served).toHaveLength(3));
  expect(allTrust(api, storedCa(api), old)).toBe(true);
  replicas[0]?.sleep(0.2 * DAY);
  await eventually(() => expect(allTrust(api, storedCa(api))).toBe(true));
});

test('a configuration that loses our CA gets it again, and only what is missing is written', async () => {
  const { api, replicas, ca } = await running(2);
  for (let round = 0; round < 3; round += 1) {
    putConfigurations(api);
    await eventually(() => expect(allTrust(api, ca)).toBe(true));
  }
  await untilReady(...replicas);
  expect(replicas.every(({ served }) => served.length === 1)).toBe(true);
});

test('while a configuration does not trust us and cannot be written, we are not ready, and say so', async () => {
  const { api, replicas, ca } = await running(1);
  api.fail('patch', { kind: 'status', status: 403, reason: 'Forbidden' }, 1000);
  putConfigurations(api);
  await eventually(() => expect(replicas[0]?.told).toContain('bundle failed kube.forbidden'));
  expect(replicas[0]?.problem()).toBe('MutatingWebhookConfiguration zonewarden does not trust our CA');
  api.heal();
  await eventually(() => expect(allTrust(api, ca)).toBe(true));
  await untilReady(...replicas);
});

test('a new CA that cannot be made trusted is not served: the CA before goes on signing', async () => {
  const { api, replicas, ca: old } = await running(1);
  const [replica] = replicas;
  api.fail('patch', { kind: 'status', status: 500 }, 100_000);
  api.remove(resources.secrets, SECRET_AT);
  await eventually(() => expect(replica?.told).toContain('ca made'));
  replica?.sleep(5 * DAY);
  await eventually(() => expect(replica?.told.at(-1)).toMatch(/^bundle failed/));
  await eventually(() => expect(replica?.told).toContain('leaf renewal'));
  expect(replica?.served.map((leaf) => leaf.ca)).toEqual([old, old]);
  expect(replica?.problem()).toBeUndefined();
  api.heal();
  await eventually(() => expect(allTrust(api, storedCa(api), old)).toBe(true));
  await settle(replica, storedCa(api));
});

test('configurations that were deleted on purpose keep nobody from being ready, and are filled when they come back', async () => {
  const { api, replicas, ca } = await running(1);
  for (const type of configurationTypes) api.remove(type, { name: 'zonewarden' });
  const patches = api.seen('patch').length;
  await eventually(() => expect(api.openWatches).toBe(3));
  await untilReady(...replicas);
  expect(api.seen('patch')).toHaveLength(patches);
  putConfigurations(api);
  await eventually(() => expect(allTrust(api, ca)).toBe(true));
});

test('a leaf is renewed after two thirds of its life, also when the machine slept past its end', async () => {
  const { api, replicas, ca } = await running(1);
  const [replica] = replicas;
  replica?.sleep((7 * DAY * 2) / 3 + 2000);
  await eventually(() => expect(replica?.told.at(-1)).toBe('leaf renewal'));
  replica?.sleep(30 * DAY);
  await eventually(() => expect(replica?.served).toHaveLength(3));
  expect(replica?.served.every((leaf) => leaf.ca === ca)).toBe(true);
  await untilReady(...replicas);
  expect(storedCa(api)).toBe(ca);
});

test('a CA is renewed after two thirds of its life, by one replica for all', async () => {
  const { api, replicas, ca: old } = await running(2);
  for (const replica of replicas) replica.sleep((365 * DAY * 2) / 3 + 2000);
  await eventually(() => expect(storedCa(api)).not.toBe(old));
  const ca = storedCa(api);
  await eventually(() => expect(allTrust(api, ca, old)).toBe(true));
  for (const replica of replicas) {
    await settle(replica, ca);
  }
  const outcomes = replicas.map(({ told }) => told.filter((line) => line.startsWith('ca ')).at(-1));
  expect(outcomes.sort()).toEqual(['ca found', 'ca replaced']);
  await untilReady(...replicas);
});

test('an API server that is away at the start is reported and waited for', async () => {
  const api = await standIn();
  putConfigurations(api);
  for (const verb of ['get', 'list', 'watch'] as const) api.fail(verb, { kind: 'reset' }, 20);
  const replica = keep(api);
  expect(replica.problem()).toBe('the serving certificate is not made yet');
  await eventually(() => expect(replica.told).toContain('failed ca kube.unreachable'));
  await untilReady(replica);
});

test('an API server that goes away takes nothing with it', async () => {
  const { api, replicas, ca } = await running(1);
  const [replica] = replicas;
  for (const verb of ['get', 'list', 'watch'] as const)
    api.fail(verb, { kind: 'status', status: 500 }, 100_000);
  api.cutConnections();
  await eventually(() => expect(replica?.told).toContain('failed ca kube.server'));
  replica?.sleep(5 * DAY);
  await eventually(() => expect(replica?.told).toContain('leaf renewal'));
  expect(replica?.problem()).toBeUndefined();
  api.heal();
  api.remove(resources.secrets, SECRET_AT);
  await eventually(() => expect(['', ca]).not.toContain(storedCa(api)));
});

test('a Secret that may not be read is reported, and what is served stays', async () => {
  const { api, replicas } = await running(1);
  const [replica] = replicas;
  api.fail('get', { kind: 'status', status: 403, reason: 'Forbidden' }, 10);
  api.remove(resources.secrets, SECRET_AT);
  await eventually(() => expect(replica?.told).toContain('failed ca kube.forbidden'));
  expect(replica?.problem()).toBeUndefined();
  expect(replica?.served).toHaveLength(1);
  await eventually(() => expect(storedCa(api)).not.toBe(''));
});

test('while both CAs are trusted nothing is written', async () => {
  const { api, replicas, ca: old } = await running(1);
  const [replica] = replicas;
  api.remove(resources.secrets, SECRET_AT);
  await eventually(() => expect(allTrust(api, storedCa(api), old)).toBe(true));
  await settle(replica, storedCa(api));
  const before = writes(api);
  replica?.sleep(5 * DAY);
  await eventually(() => expect(replica?.told.at(-1)).toBe('leaf renewal'));
  expect(writes(api)).toBe(before);
  expect(allTrust(api, storedCa(api), old)).toBe(true);
});
