import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { NODES, POOLS } from '../../../shared/stores/kinds.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { nodeObject } from '../../unit/cordon/nodes-in-memory.ts';
import { standIn, until } from '../kube/fixture.ts';
import { marked, pool, startedStore, storeOf } from './fixture.ts';

const put = (api: KubeApi, ...args: Parameters<typeof pool>) => api.put(resources.nodePools, pool(...args));
const putNode = (
  api: KubeApi,
  name: string,
  ...more: readonly [NonNullable<Parameters<typeof nodeObject>[1]>?]
) => api.put(resources.nodes, nodeObject(name, ...more));

test('before anything was read nothing is known; whoever hears of the first list finds it known', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  put(api, 'b', ['us-east-1a']);
  const { store, told, problems } = storeOf(api, POOLS);
  expect([store.known, store.presence, store.all()]).toEqual([false, 'unknown', []]);
  store.start();
  await store.whenKnown(new AbortController().signal);
  expect(told.at(-1)).toEqual({ known: true, presence: 'present', names: ['a', 'b'], unjudgeable: [] });
  expect([store.known, store.presence]).toEqual([true, 'present']);
  expect(told.filter(({ known }) => known)).toHaveLength(1);
  expect(problems).toEqual([]);
});

test('a list of none is known too', async () => {
  const api = await standIn();
  const { store, told } = await startedStore(api, POOLS);
  expect([store.known, store.presence, store.all()]).toEqual([true, 'present', []]);
  expect(told).toEqual([{ known: true, presence: 'present', names: [], unjudgeable: [] }]);
});

test('an object that is new, changed or deleted is told, each once', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  const { store, told } = await startedStore(api, POOLS);
  told.length = 0;

  put(api, 'b', ['us-east-1b']);
  await until(() => store.get('b') !== undefined);
  expect(told.map(({ names }) => names)).toEqual([['a', 'b']]);

  const before = store.get('a');
  put(api, 'a', ['us-east-1a', 'us-east-1b']);
  await until(() => told.length === 2);
  expect(store.get('a')).not.toBe(before);
  expect(store.get('a')?.enforced.spec.template.spec.requirements).toMatchObject([
    { values: ['us-east-1a', 'us-east-1b'] },
  ]);

  api.remove(resources.nodePools, { name: 'a' });
  await until(() => told.length === 3);
  expect(told[2]?.names).toEqual(['b']);
  expect(store.get('a')).toBeUndefined();
});

test('of a write of the status nobody is told, and the view stays the same', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  const stored = await startedStore(api, POOLS);
  const { store, told } = stored;
  const [view, all] = [store.get('a'), store.all()];
  told.length = 0;
  for (let nodes = 1; nodes <= 3; nodes += 1) put(api, 'a', ['us-east-1a'], nodes);
  // One of which nothing but the resourceVersion changes.
  put(api, 'a', ['us-east-1a'], 3);
  await marked(stored, (name) => put(api, name, []));
  expect(told).toHaveLength(1);
  expect(store.get('a')).toBe(view);
  expect(store.all()[0]).toBe(view);
  expect(all).toEqual([view]);
});

test('the list is the same one until something in it is different', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  const stored = await startedStore(api, POOLS, { relistEveryMs: 20 });
  const { store } = stored;
  const all = store.all();
  put(api, 'a', ['us-east-1a'], 7);
  const lists = api.seen('list').length;
  await until(() => api.seen('list').length > lists + 2);
  expect(store.all()).toBe(all);
  await marked(stored, (name) => put(api, name, []));
  expect(store.all()).not.toBe(all);
  expect(store.all()).toHaveLength(2);
});

test('a Node of which the resourceVersion alone changes is a new view, and nobody is told', async () => {
  const api = await standIn();
  putNode(api, 'a');
  const stored = await startedStore(api, NODES);
  const { store, told } = stored;
  const [before, all] = [store.get('a'), store.all()];
  told.length = 0;
  const { resourceVersion } = putNode(api, 'a').metadata;
  await until(() => store.get('a')?.resourceVersion === resourceVersion);
  expect(store.get('a')).not.toBe(before);
  expect(store.get('a')).toEqual({ ...before, resourceVersion });
  expect(store.all()).not.toBe(all);
  expect(store.all()).toEqual([store.get('a')]);
  expect(told).toEqual([]);

  putNode(api, 'a', { unschedulable: true });
  await until(() => told.length === 1);
  expect(store.get('a')?.unschedulable).toBe(true);
});

test('what changed while the connection was gone is told once it is back', async () => {
  const api = await standIn();
  for (const name of ['a', 'b', 'c']) put(api, name, ['us-east-1a']);
  const { store, told } = await startedStore(api, POOLS);
  const [b, c] = [store.get('b'), store.get('c')];
  told.length = 0;
  api.fail('list', { kind: 'reset' }, 2);
  api.store.compact();
  api.cutConnections();
  api.remove(resources.nodePools, { name: 'a' });
  put(api, 'b', ['us-east-1b']);
  put(api, 'c', ['us-east-1a'], 5);
  api.store.compact();
  await until(() => store.get('a') === undefined);
  expect(store.known).toBe(true);
  expect(store.get('b')).not.toBe(b);
  expect(store.get('c')).toBe(c);
  expect(told.at(-1)?.names).toEqual(['b', 'c']);
});

test('one that comes back under its name is another', async () => {
  const api = await standIn();
  put(api, 'a', ['us-east-1a']);
  const { store, told } = await startedStore(api, POOLS);
  const before = store.get('a');
  told.length = 0;
  api.remove(resources.nodePools, { name: 'a' });
  put(api, 'a', ['us-east-1a']);
  await until(() => store.get('a') !== undefined && store.get('a') !== before);
  expect(store.get('a')?.uid).not.toBe(before?.uid);
  await until(() => told.length > 0);
});

test('whoever listens no more is not told, and the others are', async () => {
  const api = await standIn();
  const { store, told } = await startedStore(api, POOLS);
  const heard: string[] = [];
  const end = store.listen(() => heard.push('one'));
  store.listen(() => heard.push('other'));
  put(api, 'a', []);
  await until(() => heard.length === 2);
  end();
  put(api, 'b', []);
  await until(() => heard.length === 3);
  expect(heard).toEqual(['one', 'other', 'other']);
  expect(told.at(-1)?.names).toEqual(['a', 'b']);
});

test('one who listens and throws is a problem, is told again with the next list, and the store has what is new', async () => {
  const api = await standIn();
  const { store, problems } = await startedStore(api, POOLS, { relistEveryMs: 50 });
  let isDown = true;
  let heard = 0;
  store.listen(() => {
    if (isDown) throw new Error('down');
    heard += 1;
  });
  put(api, 'a', []);
  await until(() => problems.length > 0 && store.get('a') !== undefined);
  expect(problems[0]).toMatchObject({ kind: 'handler', error: { message: 'down' } });
  isDown = false;
  await until(() => heard > 0);
});

test('after stop nothing is told', async () => {
  const api = await standIn();
  const { store, told } = await startedStore(api, POOLS);
  await store.stop();
  const before = told.length;
  put(api, 'a', []);
  await until(() => api.openWatches === 0);
  expect(told).toHaveLength(before);
  expect(store.known).toBe(true);
});
