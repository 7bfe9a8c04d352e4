import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { FALLBACK, POOLS } from '../../../shared/stores/kinds.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { standIn, until } from '../kube/fixture.ts';
import { never, pool, startedStore, storeOf } from './fixture.ts';

const KINDS = [
  ['absent', (api: KubeApi) => api.missingKinds, 'kube.not-found'],
  ['refused', (api: KubeApi) => api.forbiddenKinds, 'kube.forbidden'],
] as const;

/** Waits for so many more lists, each of which has failed or not. */
async function lists(api: KubeApi, more: number): Promise<void> {
  const wanted = api.seen('list').length + more;
  await until(() => api.seen('list').length >= wanted);
}

test.each(KINDS)(
  '%s: that is known, told, and a problem once for as long as it lasts',
  async (presence, set, code) => {
    const api = await standIn();
    api.put(resources.nodePools, pool('a', []));
    set(api).add('nodepools');
    const { store, told, problems } = storeOf(api, POOLS);
    store.start();
    await store.whenKnown(never);
    expect([store.known, store.presence, store.all()]).toEqual([false, presence, []]);
    await lists(api, 5);
    expect(told).toEqual([{ known: false, presence, names: [], unjudgeable: [] }]);
    expect(problems).toMatchObject([{ kind: 'list', error: { code } }]);

    set(api).clear();
    await until(() => store.known);
    expect(told.at(-1)).toEqual({ known: true, presence: 'present', names: ['a'], unjudgeable: [] });
    expect(problems).toHaveLength(1);
  },
);

test.each(KINDS)(
  '%s later: what was known stays, and is a problem again each time that it comes',
  async (presence, set, code) => {
    const api = await standIn();
    api.put(resources.nodePools, pool('a', []));
    const { store, told, problems } = await startedStore(api, POOLS, { relistEveryMs: 20 });
    for (const times of [1, 2]) {
      told.length = 0;
      set(api).add('nodepools');
      await until(() => store.presence === presence);
      await lists(api, 3);
      expect(problems.filter(({ kind }) => kind === 'list')).toHaveLength(times);
      expect(problems.find(({ kind }) => kind === 'list')).toMatchObject({ error: { code } });
      expect(told.filter((each) => each.presence === presence)).toHaveLength(1);
      expect([store.known, store.all().map(({ name }) => name)]).toEqual([true, ['a']]);
      set(api).clear();
      await until(() => store.presence === 'present');
    }
  },
);

test('refused after it was absent is another problem', async () => {
  const api = await standIn();
  api.missingKinds.add('nodepools');
  const { store, told, problems } = storeOf(api, POOLS);
  store.start();
  await until(() => store.presence === 'absent');
  api.forbiddenKinds.add('nodepools');
  await until(() => store.presence === 'refused');
  await lists(api, 3);
  expect(told.map(({ presence }) => presence)).toEqual(['absent', 'refused']);
  expect(problems).toMatchObject([
    { error: { code: 'kube.not-found' } },
    { error: { code: 'kube.forbidden' } },
  ]);
});

test('a list that fails in another way says nothing of the kind, and is a problem each time', async () => {
  const api = await standIn();
  api.put(resources.nodePools, pool('a', []));
  api.fail('list', { kind: 'status', status: 500 }, 10_000);
  const { store, told, problems } = storeOf(api, POOLS);
  store.start();
  await until(() => problems.length >= 3);
  expect([store.presence, store.known, told]).toEqual(['unknown', false, []]);
  api.heal();
  await store.whenKnown(never);
  expect(new Set(problems.map(({ kind }) => kind))).toEqual(new Set(['list']));
  expect([store.presence, store.known]).toEqual(['present', true]);
});

test('a webhook that denies is no missing right', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 403 }, 2);
  const { store, problems } = storeOf(api, POOLS);
  store.start();
  await store.whenKnown(never);
  expect(problems).toMatchObject([{ error: { code: 'kube.denied' } }, { error: { code: 'kube.denied' } }]);
  expect(store.presence).toBe('present');
});

test('who waits is let go by the signal, and by a stop', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 500 }, Number.POSITIVE_INFINITY);
  const { store, problems } = storeOf(api, POOLS);
  store.start();
  await until(() => problems.length > 0);
  await store.whenKnown(AbortSignal.abort());
  const stop = new AbortController();
  const waiting = store.whenKnown(stop.signal);
  stop.abort();
  await waiting;
  const waitingForStop = store.whenKnown(never);
  await store.stop();
  await waitingForStop;
  expect([store.known, store.presence]).toEqual([false, 'unknown']);
});

test('only what is selected is asked for', async () => {
  const api = await standIn();
  for (const name of ['zonewarden', 'other'])
    api.put(resources.validatingAdmissionPolicies, { metadata: { name }, spec: {} });
  const { store } = await startedStore(api, FALLBACK);
  expect(store.all().map(({ name }) => name)).toEqual(['zonewarden']);
  for (const { query } of [...api.seen('list'), ...api.seen('watch')])
    expect(query.get('fieldSelector')).toBe('metadata.name=zonewarden');
});
