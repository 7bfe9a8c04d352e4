import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { decodeKeys, KEYS_SECRET_NAME } from '../../../shared/keys/keys-document.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { configurationTypes } from '../../../webhook/registration/registration-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { standIn } from '../kube/fixture.ts';
import {
  askedPaths,
  Clock,
  MINUTE,
  putConfigurations,
  type Replica,
  SERVICE,
  SETTLE_MS,
  startReplica,
} from './replica.ts';

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 2 });
const DOCUMENT = 'if-this-fails-see/docs/break-glass.md';
const both = (token: string | undefined) =>
  ['mutate', 'validate'].map((step) => `/${step}/${token}/${DOCUMENT}`);

/** No write may fail: what the API server asks by now, every replica that serves answers. */
function expectAnswered(api: KubeApi, replicas: readonly Replica[]): void {
  for (const path of askedPaths(api))
    for (const replica of replicas) expect(replica.stepOf(path)).toBe(path.split('/')[1]);
}

async function running(count: number, clock = new Clock()) {
  const api = await standIn();
  putConfigurations(api);
  const replicas = Array.from({ length: count }, () => startReplica(api, clock));
  await eventually(() => {
    for (const replica of replicas) expect(replica.problem()).toBeUndefined();
  });
  const [token = ''] = replicas[0]?.tokens() ?? [];
  return { api, clock, replicas, token };
}

/** Moves the clock on, a little each time, and looks whether every request of the API server is answered meanwhile. */
async function pass(
  ms: number,
  { api, clock, replicas }: Awaited<ReturnType<typeof running>>,
  until: () => void,
) {
  const end = clock.nowMs + ms;
  const unanswered: string[] = [];
  await eventually(() => {
    for (const path of askedPaths(api))
      for (const replica of replicas) if (replica.stepOf(path) !== path.split('/')[1]) unanswered.push(path);
    // A second of this clock takes as long as the replicas need to hear of the Secret, which is less than a second.
    for (const replica of replicas) expect(replica.tokens()).toEqual(storedTokens(api));
    // On and on: what becomes due is done a moment later, by a clock that has gone on.
    clock.nowMs += 1000;
    expect(clock.nowMs).toBeGreaterThanOrEqual(end);
    until();
  });
  expect(unanswered).toEqual([]);
}

/** The tokens in the Secret, the newest first. */
function storedTokens(api: KubeApi): string[] {
  const secret = api.read(resources.secrets, { namespace: 'zonewarden', name: KEYS_SECRET_NAME });
  const { tokens } = decodeKeys(secretSchema.parse(secret).data);
  return typeof tokens === 'object' && 'value' in tokens ? tokens.value.map(({ token }) => token) : [];
}

const secretSchema = z.object({ data: z.record(z.string(), z.string()) });

test('replicas that start together agree on one path, which both configurations get, and nothing else changes there', async () => {
  const { api, replicas, token } = await running(3);
  expect(askedPaths(api)).toEqual(both(token));
  expect(replicas.map((replica) => replica.tokens())).toEqual([[token], [token], [token]]);
  expectAnswered(api, replicas);
  for (const type of configurationTypes) {
    const path = both(token)[type.kind.startsWith('Mutating') ? 0 : 1];
    const service = { ...SERVICE, path };
    const webhooks = ['nodepools', 'nodeclaims'].map((name) => ({ name, clientConfig: { service } }));
    expect(api.read(type, { name: 'zonewarden' })).toMatchObject({ webhooks });
  }
});

test('who asks by another path is nobody', async () => {
  const { clock, replicas, token } = await running(1);
  // The path of older versions is believed beside the first token for a while.
  clock.nowMs += 10 * MINUTE;
  const wrong = token.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  for (const path of [
    '/',
    '/mutate',
    `/mutate/${DOCUMENT}`,
    '/mutate/',
    ...both(wrong),
    `/${token}`,
    `/x/${token}`,
    `/mutate/x/${token}`,
  ])
    expect(replicas[0]?.stepOf(path)).toBeUndefined();
});

test.each<[string, (step: string) => object]>([
  ['takes it out', () => SERVICE],
  ['puts back that of an older version', (step) => ({ ...SERVICE, path: `/${step}/${DOCUMENT}` })],
  ['puts something else there', () => ({ ...SERVICE, path: '/somewhere' })],
])('who %s finds it written again at once', async (_, service) => {
  const { api, replicas, token } = await running(2);
  putConfigurations(api, (step) => ({ service: service(step) }));
  await eventually(() => expect(askedPaths(api)).toEqual(both(token)));
  await eventually(() => expectAnswered(api, replicas));
});

test('by URL the token stands behind the address, which stays', async () => {
  const { api, token } = await running(1);
  putConfigurations(api, (step) => ({ url: `https://10.0.0.7:8443/${step}/${DOCUMENT}` }));
  await eventually(() => expect(askedPaths(api)).toEqual(both(token)));
  expect(JSON.stringify(api.read(resources.mutatingWebhookConfigurations, { name: 'zonewarden' }))).toContain(
    `"url":"https://10.0.0.7:8443/mutate/${token}/`,
  );
});

test('a configuration that was deleted on purpose is not made', async () => {
  const { api, replicas } = await running(1);
  api.remove(resources.mutatingWebhookConfigurations, { name: 'zonewarden' });
  replicas[0]?.failed();
  await eventually(() => expect(replicas[0]?.problem()).toBeUndefined());
  expect(api.read(resources.mutatingWebhookConfigurations, { name: 'zonewarden' })).toBeUndefined();
});

test('an upgrade: the path of the older version is answered until the API servers know the new one, and then it is not', async () => {
  const api = await standIn();
  const clock = new Clock();
  putConfigurations(api, (step) => ({ service: { ...SERVICE, path: `/${step}/${DOCUMENT}` } }));
  const replica = startReplica(api, clock);
  await eventually(() => expect(replica.problem()).toBeUndefined());
  expect(askedPaths(api)).toEqual(both(replica.tokens()[0]));
  expect(replica.stepOf(`/mutate/${DOCUMENT}`)).toBe('mutate');
  // Another one that never saw it.
  const later = startReplica(api, clock);
  await eventually(() => expect(later.problem()).toBeUndefined());
  expect(later.stepOf(`/validate/${DOCUMENT}`)).toBe('validate');
  clock.nowMs += 10 * MINUTE;
  for (const each of [replica, later]) expect(each.stepOf(`/mutate/${DOCUMENT}`)).toBeUndefined();
});

test('a start of the product makes one more token, whatever the number of replicas, and no request fails meanwhile', async () => {
  const first = await running(2);
  const { api, clock, token } = first;
  for (const replica of first.replicas) await replica.stop();
  clock.nowMs += 10 * MINUTE;
  const replicas = [startReplica(api, clock), startReplica(api, clock)];
  await eventually(() => {
    for (const replica of replicas)
      expect(replica.tokens()).toEqual([expect.not.stringMatching(token), token]);
  });
  const scene = { ...first, replicas };
  // It is not written before every replica knows it.
  expect(askedPaths(api)).toEqual(both(token));
  await pass(SETTLE_MS, scene, () => expect(askedPaths(api)).toEqual(both(replicas[0]?.tokens()[0])));
  expect(replicas.flatMap(({ told }) => told).filter((what) => what === 'tokens rotated')).toHaveLength(1);
  // The one before stays for who may not have heard, and no longer.
  for (const replica of replicas) expect(replica.stepOf(both(token)[0] ?? '')).toBe('mutate');
  await pass(3 * MINUTE, scene, () => {
    for (const replica of replicas) expect(replica.stepOf(both(token)[0] ?? '')).toBeUndefined();
  });
  expect(replicas[1]?.tokens()).toHaveLength(2);
});

test('after a call that failed another token follows, at most one each minute, and no request fails meanwhile', async () => {
  const scene = await running(2);
  const { clock, replicas } = scene;
  clock.nowMs += 10 * MINUTE;
  for (let turn = 0; turn < 50; turn += 1) for (const replica of replicas) replica.failed();
  await pass(SETTLE_MS, scene, () => expect(askedPaths(scene.api)).not.toEqual(both(scene.token)));
  const [second] = replicas[0]?.tokens() ?? [];
  for (const replica of replicas) replica.failed();
  await pass(10_000, scene, () => expect(replicas[0]?.tokens()[0]).toBe(second));
  await pass(2 * MINUTE, scene, () => expect(askedPaths(scene.api)).not.toEqual(both(second)));
  expect(replicas.flatMap(({ told }) => told).filter((what) => what === 'tokens rotated')).toHaveLength(2);
});

test('a token that is an hour old is followed by another one', async () => {
  const scene = await running(2);
  await pass(61 * MINUTE, scene, () => expect(askedPaths(scene.api)).not.toEqual(both(scene.token)));
  expect(scene.replicas.flatMap(({ told }) => told)).toContain('retired age');
});

test.each(['deleted', 'damaged', 'emptied'])('a Secret that is %s fails no request', async (how) => {
  const scene = await running(2);
  const { api, replicas } = scene;
  scene.clock.nowMs += 10 * MINUTE;
  const at = { namespace: 'zonewarden', name: KEYS_SECRET_NAME };
  if (how === 'deleted') api.remove(resources.secrets, at);
  else
    api.put(resources.secrets, { metadata: at, data: how === 'emptied' ? {} : { 'admission-tokens': 'x' } });
  await eventually(() => expect(replicas.flatMap(({ told }) => told).length).toBeGreaterThan(3));
  await pass(5 * MINUTE, scene, () => expect(askedPaths(api)).toEqual(both(replicas[0]?.tokens()[0])));
  if (how === 'emptied') expect(replicas[0]?.stepOf(both(scene.token)[0] ?? '')).toBeUndefined();
  else expect(askedPaths(api)).toEqual(both(scene.token));
});

test('a replica that does not know yet who asks says so, and does not turn the API server away', async () => {
  const api = await standIn();
  api.forbiddenKinds.add('mutatingwebhookconfigurations');
  const replica = startReplica(api, new Clock());
  await eventually(() => expect(replica.tokens()).toHaveLength(1));
  expect(replica.stepOf(both('f'.repeat(48))[0] ?? '')).toBe('not-yet');
  expect(replica.problem()).toBe('the webhook configurations have not been read yet');
  expect(replica.stepOf('/elsewhere')).toBeUndefined();
});
