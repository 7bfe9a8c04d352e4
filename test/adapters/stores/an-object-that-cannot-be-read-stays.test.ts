import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { POOLS } from '../../../shared/stores/kinds.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { standIn, until } from '../kube/fixture.ts';
import { marked, oddPool, pool, startedStore } from './fixture.ts';

const put = (api: KubeApi, name: string, zones: readonly string[] = []) =>
  api.put(resources.nodePools, pool(name, zones));
const spoil = (api: KubeApi, name: string) => api.put(resources.nodePools, oddPool(name));

test('it stays as it last was, is named, and is a problem; mended it is as it is', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  put(api, 'b');
  const { store, told, problems } = await startedStore(api, POOLS);
  const before = store.get('a');
  const all = store.all();
  expect(store.unjudgeable).toEqual([]);
  told.length = 0;

  spoil(api, 'a');
  await until(() => problems.length === 1);
  expect(problems).toMatchObject([{ kind: 'parse', key: 'a' }]);
  expect(store.unjudgeable).toEqual(['a']);
  expect(store.get('a')).toBe(before);
  expect(store.all()).toEqual(all);
  expect(told).toMatchObject([{ names: ['a', 'b'], unjudgeable: ['a'] }]);

  put(api, 'a', ['us-east-1b']);
  await until(() => told.length === 2);
  expect(told[1]).toMatchObject({ names: ['a', 'b'], unjudgeable: [] });
  expect(store.get('a')).not.toBe(before);
  expect(problems).toHaveLength(1);
});

test('mended to what it last was it is the same view, and is told', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  const { store, told } = await startedStore(api, POOLS);
  const before = store.get('a');
  spoil(api, 'a');
  await until(() => store.unjudgeable.length === 1);
  told.length = 0;
  put(api, 'a', ['us-east-1a']);
  await until(() => told.length === 1);
  expect(told[0]).toMatchObject({ names: ['a'], unjudgeable: [] });
  expect(store.get('a')).toBe(before);
});

test('spoilt again in another way it is a problem again, and nobody is told of a difference', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  const stored = await startedStore(api, POOLS);
  const { store, told, problems } = stored;
  spoil(api, 'a');
  await until(() => problems.length === 1);
  told.length = 0;
  spoil(api, 'a');
  await until(() => problems.length === 2);
  expect(told).toEqual([]);
  await marked(stored, (name) => put(api, name));
  expect(store.unjudgeable).toEqual(['a']);
});

test('one that could never be read is named, and is no object; the list is known all the same', async () => {
  const api = await standIn();
  put(api, 'a');
  spoil(api, 'odd');
  const { store, told, problems } = await startedStore(api, POOLS);
  expect(told.at(-1)).toEqual({ known: true, presence: 'present', names: ['a'], unjudgeable: ['odd'] });
  expect(store.get('odd')).toBeUndefined();
  expect(problems).toMatchObject([{ kind: 'parse', key: 'odd' }]);
  put(api, 'odd', ['us-east-1a']);
  await until(() => store.get('odd') !== undefined);
  expect(told.at(-1)).toMatchObject({ names: ['a', 'odd'], unjudgeable: [] });
});

test.each([
  ['was read once', true],
  ['could never be read', false],
])('deleted, one that %s is out of everything, and that is told', async (_what, wasRead) => {
  const api = await standIn();
  if (wasRead) put(api, 'a');
  else spoil(api, 'a');
  const { store, told } = await startedStore(api, POOLS);
  if (wasRead) spoil(api, 'a');
  await until(() => store.unjudgeable.length === 1);
  told.length = 0;
  api.remove(resources.nodePools, { name: 'a' });
  await until(() => told.length === 1);
  expect(told[0]).toEqual({ known: true, presence: 'present', names: [], unjudgeable: [] });
  expect(store.get('a')).toBeUndefined();
});

test('deleted while the connection was gone, it is out too', async () => {
  const api = await standIn();
  spoil(api, 'odd');
  put(api, 'a');
  const { store, told } = await startedStore(api, POOLS);
  api.store.compact();
  api.cutConnections();
  api.remove(resources.nodePools, { name: 'odd' });
  api.store.compact();
  await until(() => store.unjudgeable.length === 0);
  await until(() => told.at(-1)?.unjudgeable.length === 0);
  expect(told.at(-1)?.names).toEqual(['a']);
});
