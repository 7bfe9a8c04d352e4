import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { leafProblem, makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import { ensureAuthority } from '../../../webhook/certificates/ca-secret.ts';
import { servingNames } from '../../../webhook/certificates/serving-names.ts';
import { FakeKubeApi } from './fake-kube-api.ts';

const DAY = 86_400_000;
const now = new Date('2026-11-21T12:00:00Z');
const key = 'zonewarden/zonewarden-webhook-ca';

/** What each replica does at its start: the CA that all share, and a leaf of its own. */
async function ensure(client: FakeKubeApi, at = now) {
  const place = { client, namespace: 'zonewarden', secretName: 'zonewarden-webhook-ca' };
  const { authority, ...how } = await ensureAuthority(place, at);
  const names = servingNames('zonewarden-webhook', 'zonewarden', ['127.0.0.1']);
  const leaf = await signLeaf(authority, names, at);
  return { ...leaf, caPem: authority.certificatePem, authority: how };
}

const dataSchema = z.object({ data: z.record(z.string(), z.string()) });

function storedCa(api: FakeKubeApi): string {
  const { data } = dataSchema.parse(api.stored(resources.secrets, key));
  return Buffer.from(data['tls.crt'] ?? '', 'base64').toString();
}

/** Stores a Secret with these texts, as a backup tool or a human would. */
function putSecret(api: FakeKubeApi, data: Record<string, string>, fields: object = {}) {
  const encoded = Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
  const metadata = { namespace: 'zonewarden', name: 'zonewarden-webhook-ca', labels: { theirs: 'kept' } };
  return api.put(resources.secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: Object.fromEntries(encoded),
    ...fields,
  });
}

test('without a Secret the CA is made, stored, and signs the leaf', async () => {
  const api = new FakeKubeApi();
  const serving = await ensure(api);
  expect(serving.authority).toEqual({ outcome: 'made' });
  expect(serving.caPem).toBe(storedCa(api));
  expect(leafProblem(serving.certPem, serving.caPem, now)).toBeUndefined();
  const leaf = new X509Certificate(serving.certPem);
  expect(leaf.checkHost('zonewarden-webhook.zonewarden.svc')).toBeDefined();
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(api.stored(resources.secrets, key)).toMatchObject({ type: 'kubernetes.io/tls' });
});

test('a second start reads the CA, writes nothing, and has a leaf and a key of its own', async () => {
  const api = new FakeKubeApi();
  const first = await ensure(api);
  api.calls.length = 0;
  const second = await ensure(api);
  expect(api.calls).toEqual([{ verb: 'get', kind: 'Secret', key }]);
  expect(second.authority).toEqual({ outcome: 'found' });
  expect(second.caPem).toBe(first.caPem);
  expect(second.certPem).not.toBe(first.certPem);
  expect(second.keyPem).not.toBe(first.keyPem);
});

test('five replicas that start together end with one CA', async () => {
  const api = new FakeKubeApi();
  const all = await Promise.all(Array.from({ length: 5 }, () => ensure(api)));
  expect(new Set(all.map((one) => one.caPem))).toEqual(new Set([storedCa(api)]));
  expect(all.filter((one) => one.authority.outcome === 'made')).toHaveLength(1);
  for (const one of all) expect(leafProblem(one.certPem, storedCa(api), now)).toBeUndefined();
});

test('five replicas that find the same garbage end with one CA', async () => {
  const api = new FakeKubeApi();
  putSecret(api, { 'tls.crt': 'garbage', 'tls.key': 'garbage' });
  const all = await Promise.all(Array.from({ length: 5 }, () => ensure(api)));
  expect(new Set(all.map((one) => one.caPem))).toEqual(new Set([storedCa(api)]));
  expect(all.filter((one) => one.authority.outcome === 'replaced')).toHaveLength(1);
});

test("who loses the race for creating it uses the winner's", async () => {
  const api = new FakeKubeApi();
  const winner = await makeAuthority(now);
  api.beforeNext('create', () => {
    putSecret(api, { 'tls.crt': winner.certificatePem, 'tls.key': winner.privateKeyPem });
  });
  const serving = await ensure(api);
  expect(serving.caPem).toBe(winner.certificatePem);
  expect(serving.authority).toEqual({ outcome: 'found' });
  expect(api.calls.map((call) => call.verb)).toEqual(['get', 'create', 'get']);
});

test('a Secret that is deleted while it is healed is made anew', async () => {
  const api = new FakeKubeApi();
  putSecret(api, {});
  api.beforeNext('replace', () => api.remove(resources.secrets, key));
  const serving = await ensure(api);
  expect(serving.authority).toEqual({ outcome: 'made' });
  expect(serving.caPem).toBe(storedCa(api));
});

const authority = await makeAuthority(now);
const other = await makeAuthority(now);
const pair = { 'tls.crt': authority.certificatePem, 'tls.key': authority.privateKeyPem };

test.each([
  ['holds garbage', { 'tls.crt': 'garbage', 'tls.key': 'garbage' }, now, /certificate cannot be read/],
  ['is empty', {}, now, /certificate cannot be read/],
  ['holds the key of another CA', { ...pair, 'tls.key': other.privateKeyPem }, now, /does not belong/],
  ['has expired', pair, new Date(now.getTime() + 366 * DAY), /expired on/],
  ['is due for renewal', pair, new Date(now.getTime() + 300 * DAY), /two thirds/],
])('a Secret that %s is replaced, and what else it carries stays', async (_, data, at, reason) => {
  const api = new FakeKubeApi();
  putSecret(api, { ...data, 'other.txt': 'theirs' }, { type: 'Opaque' });
  const serving = await ensure(api, at);
  expect(serving.authority).toEqual({ outcome: 'replaced', reason: expect.stringMatching(reason) });
  expect(serving.caPem).toBe(storedCa(api));
  expect(leafProblem(serving.certPem, serving.caPem, at)).toBeUndefined();
  expect(api.stored(resources.secrets, key)).toMatchObject({
    type: 'Opaque',
    metadata: { labels: { theirs: 'kept' } },
    data: { 'other.txt': Buffer.from('theirs').toString('base64') },
  });
});

test('an immutable Secret that cannot be used is an error that says what to do', async () => {
  const api = new FakeKubeApi();
  putSecret(api, {}, { immutable: true });
  await expect(ensure(api)).rejects.toMatchObject({
    code: 'certificates.secret-immutable',
    message: expect.stringContaining('kubectl -n zonewarden delete secret zonewarden-webhook-ca'),
  });
  expect(api.writes).toEqual([]);
});

test('races that never end are given up with an error that names the Secret', async () => {
  const api = new FakeKubeApi();
  putSecret(api, {});
  for (let round = 0; round < 10; round += 1) api.failNext('replace', 'kube.conflict');
  await expect(ensure(api)).rejects.toMatchObject({
    code: 'certificates.secret-contended',
    message: expect.stringContaining('zonewarden/zonewarden-webhook-ca'),
  });
});

test.each(['get', 'create'] as const)(
  'a refusal of the API server on %s is thrown as it is',
  async (verb) => {
    const api = new FakeKubeApi();
    api.failNext(verb, 'kube.forbidden');
    await expect(ensure(api)).rejects.toMatchObject({ code: 'kube.forbidden' });
  },
);
