import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { decodeKeys, encodeKeys, KEYS_SECRET_NAME } from '../../../shared/keys/keys-document.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { createKeysWatch, type KeysWatch } from '../../../shared/stores/keys-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const AT = { namespace: 'zonewarden', name: KEYS_SECRET_NAME };
const DAY = 86_400_000;
const START = Date.parse('2026-11-21T12:00:00Z');

/** One process that follows the Secret, until the test ends. */
function follow(api: KubeApi, now = () => START) {
  const told: string[] = [];
  const keys = createKeysWatch({
    client: clientOf(api),
    namespace: AT.namespace,
    fieldManager: 'zonewarden-webhook',
    onWrite: (changes) => void told.push(changes.map(({ part, what }) => `${part} ${what}`).join(', ')),
    onProblem: (error) => void told.push(`problem ${codeOf(error)}`),
    now,
    tickMs: 5,
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  onTestFinished(() => keys.stop());
  keys.start();
  return { keys, told };
}

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'other';
const idsOf = (keys: KeysWatch) => keys.markKeys()?.all.map(({ id }) => id) ?? [];
const tokensOf = (keys: KeysWatch) => keys.tokens()?.map(({ token }) => token) ?? [];

const secretSchema = z.looseObject({ data: z.record(z.string(), z.string()) });
const storedIn = (api: KubeApi) => secretSchema.parse(api.read(resources.secrets, AT));
const writes = (api: KubeApi) => [...api.seen('create'), ...api.seen('replace')].length;

function put(api: KubeApi, data: Record<string, string>, fields: object = {}): void {
  api.put(resources.secrets, { metadata: { ...AT, labels: { theirs: 'kept' } }, data, ...fields });
}

test('five processes that start together have the same keys, from one write', async () => {
  const api = await standIn();
  const all = Array.from({ length: 5 }, () => follow(api));
  await until(() => all.every(({ keys }) => keys.markKeys() !== undefined));
  expect(new Set(all.map(({ keys }) => idsOf(keys).join())).size).toBe(1);
  expect(new Set(all.map(({ keys }) => tokensOf(keys).join())).size).toBe(1);
  expect(all.flatMap(({ told }) => told)).toEqual(['markKeys made, tokens made']);
  expect(storedIn(api)).toMatchObject({ type: 'Opaque' });
});

test('a process that starts later reads them and writes nothing', async () => {
  const api = await standIn();
  const first = follow(api);
  await until(() => first.keys.markKeys() !== undefined);
  const before = writes(api);
  const second = follow(api);
  await until(() => second.keys.markKeys() !== undefined);
  expect(second.keys.markKeys()).toEqual(first.keys.markKeys());
  expect(writes(api)).toBe(before);
});

test('a Secret that is deleted is made again with the keys that marks were made with', async () => {
  const api = await standIn();
  const all = [follow(api), follow(api)];
  await until(() => all.every(({ keys }) => keys.markKeys() !== undefined));
  const { data } = storedIn(api);
  api.remove(resources.secrets, AT);
  await until(() => api.read(resources.secrets, AT) !== undefined);
  expect(storedIn(api).data).toEqual(data);
});

test('a damaged part is restored, one that was taken out is made anew, and what else is there stays', async () => {
  const api = await standIn();
  const { keys, told } = follow(api);
  await until(() => keys.markKeys() !== undefined);
  const { data } = storedIn(api);
  const [ids, [token]] = [idsOf(keys), tokensOf(keys)];
  const { 'admission-tokens': _, ...rest } = data;
  put(api, { ...rest, 'mark-keys': 'garbage', other: 'dGhlaXJz' });
  await until(() => told.length === 2);
  expect(told[1]).toBe('markKeys restored, tokens made');
  expect(idsOf(keys)).toEqual(ids);
  expect(tokensOf(keys)).not.toContain(token);
  expect(storedIn(api)).toMatchObject({
    metadata: { labels: { theirs: 'kept' } },
    data: { other: 'dGhlaXJz' },
  });
});

test('a key that is due is followed by another one, from one write of two processes, and stays believed', async () => {
  const api = await standIn();
  let nowMs = START;
  const all = [follow(api, () => nowMs), follow(api, () => nowMs)];
  await until(() => all.every(({ keys }) => keys.markKeys() !== undefined));
  const before = all[0]?.keys.markKeys()?.current.id;
  nowMs += 30 * DAY;
  await until(() => all.every(({ keys }) => idsOf(keys).length === 2));
  expect(all.flatMap(({ told }) => told)).toEqual(['markKeys made, tokens made', 'markKeys rotated']);
  for (const { keys } of all) expect(keys.markKeys()?.current.id).toBe(before);
  nowMs += 600_000;
  for (const { keys } of all) {
    expect(keys.markKeys()?.current.id).not.toBe(before);
    expect(idsOf(keys)).toContain(before);
  }
});

test('two processes whose clocks differ by years do not drive each other through all keys', async () => {
  const api = await standIn();
  const right = follow(api);
  const ahead = follow(api, () => START + 2000 * DAY);
  await until(() => [right, ahead].every(({ keys }) => idsOf(keys).length > 1));
  const made = idsOf(right.keys).at(-1);
  const before = api.seen('get').length;
  await until(() => api.seen('get').length > before + 20);
  expect(idsOf(right.keys)).toContain(made);
  expect(writes(api)).toBeLessThanOrEqual(5);
});

test('a token is followed once, however many processes ask for it', async () => {
  const api = await standIn();
  const all = Array.from({ length: 4 }, () => follow(api));
  await until(() => all.every(({ keys }) => keys.tokens() !== undefined));
  const [token = ''] = all.flatMap(({ keys }) => tokensOf(keys));
  for (const { keys } of all) keys.retire(token);
  await until(() => all.every(({ keys }) => tokensOf(keys).length === 2));
  for (const { keys } of all) keys.retire(token);
  expect(all.flatMap(({ told }) => told).filter((words) => words === 'tokens rotated')).toHaveLength(1);
  for (const { keys } of all) expect(tokensOf(keys)[1]).toBe(token);
});

test('who loses a race for writing it takes what the winner stored', async () => {
  const api = await standIn();
  const winner = follow(api);
  await until(() => winner.keys.markKeys() !== undefined);
  const stored = decodeKeys(storedIn(api).data);
  await winner.keys.stop();
  api.remove(resources.secrets, AT);
  api.fail('create', { kind: 'status', status: 409, reason: 'AlreadyExists' });
  const { keys, told } = follow(api);
  await until(() => keys.markKeys() !== undefined);
  expect(told).toEqual(['markKeys made, tokens made']);
  expect(decodeKeys(storedIn(api).data)).not.toEqual(stored);
});

test('an immutable Secret that has to be written is an error that says what to do', async () => {
  const api = await standIn();
  put(api, {}, { immutable: true });
  const { keys, told } = follow(api);
  await until(() => told.length > 0);
  expect(told[0]).toBe('problem keys.secret-immutable');
  expect(keys.markKeys()).toBeUndefined();
  api.remove(resources.secrets, AT);
  await until(() => keys.markKeys() !== undefined);
});

test('while the API server refuses, what was read stays', async () => {
  const api = await standIn();
  const { keys, told } = follow(api);
  await until(() => keys.markKeys() !== undefined);
  const { all } = keys.markKeys() ?? { all: [] };
  api.forbiddenKinds.add('secrets');
  put(api, encodeKeys({ markKeys: [], tokens: [] }));
  await until(() => told.includes('problem kube.forbidden'));
  expect(keys.markKeys()?.all).toEqual(all);
});
