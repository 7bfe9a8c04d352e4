import { expect, it, onTestFinished } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { KubeClient, KubePatch } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { ScannedPool } from '../../../shared/policy/stored/scan-pool.ts';
import { createStore } from '../../../shared/stores/store.ts';
import {
  CLUSTER_REPORTS,
  createClusterReports,
} from '../../../watcher/controllers/cluster-reports/cluster-reports.ts';
import { Scanned } from '../../../watcher/term/scanned.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const POOLS: readonly ScannedPool[] = ['api', 'web'].map((name) => ({
  name,
  uid: `uid-of-${name}`,
  findings: [{ rule: 'a', severity: 'deny', message: 'Something is wrong' }],
  passed: ['b'],
  defective: [],
}));

/** The client of an API server whose CRD has no `category`: what it does not know it drops. */
function droppingCategory(client: KubeClient): KubeClient {
  return {
    ...client,
    patch: (type, at, { kind, body }: KubePatch, options) => {
      const text = JSON.stringify(body, (name, value: unknown) => (name === 'category' ? undefined : value));
      return client.patch(type, at, { kind, body: JSON.parse(text) }, options);
    },
  };
}

async function keeping(api: KubeApi, client = clientOf(api)) {
  const told: string[] = [];
  const state = { changes: 0 };
  const facts = new Facts();
  facts.listen({
    hear({ name, fact }) {
      if (name === 'reports') told.push(fact.presence);
      if (name === 'report-written') told.push(fact.result);
      if (name === 'trouble' && fact.error !== undefined) told.push(`problem ${fact.part}`);
    },
  });
  const reports = createStore({
    client,
    kind: CLUSTER_REPORTS,
    onProblem: ({ kind }) => told.push(`problem ${kind}`),
  });
  const scanned = new Scanned();
  scanned.set(POOLS);
  const keeper = createClusterReports({ client, facts, scanned, reports, now: () => 1_000_000 });
  for (const source of keeper.wokenBy)
    source.listen(() => {
      state.changes += 1;
    });
  const { signal } = new AbortController();
  reports.start();
  onTestFinished(() => reports.stop());
  await reports.whenKnown(signal);
  return { told, state, reports, scanned, keep: () => keeper.reconcile(signal) };
}

const patches = (api: KubeApi) => api.seen('patch').length;

it('each report once, by server-side apply, and no more while nothing changes', async () => {
  const api = await standIn();
  const { keep, told } = await keeping(api);
  for (let times = 0; times < 3; times += 1) await keep();
  expect(patches(api)).toBe(2);
  expect(told).toEqual(['present', 'written', 'written']);
  for (const { query, headers } of api.seen('patch')) {
    expect(headers['content-type']).toBe('application/apply-patch+yaml');
    expect([query.get('fieldManager'), query.get('force')]).toEqual(['zonewarden-watcher', 'true']);
  }
});

it('an API server that keeps less than was written is not written to for ever', async () => {
  const api = await standIn();
  const { keep } = await keeping(api, droppingCategory(clientOf(api)));
  const writesOfOneRound = async () => {
    const before = patches(api);
    await keep();
    return patches(api) - before;
  };
  expect(await writesOfOneRound()).toBe(2);
  expect(await writesOfOneRound()).toBe(0);
});

it('what was written of a NodePool that is gone is not remembered', async () => {
  const api = await standIn();
  const { keep, scanned } = await keeping(api, droppingCategory(clientOf(api)));
  await keep();
  await keep();
  expect(patches(api)).toBe(2);
  scanned.set(POOLS.slice(0, 1));
  await keep();
  scanned.set(POOLS);
  await keep();
  expect(patches(api)).toBe(3);
});

it('a kind that goes away ends the writes at once, and is told once', async () => {
  const api = await standIn();
  const { keep, told } = await keeping(api);
  await until(() => api.openWatches === 1);
  api.missingKinds.add('clusterreports');
  await keep();
  await keep();
  expect(patches(api)).toBe(1);
  expect(told).toEqual(['present', 'absent']);
});

it('a write that fails is told once and tried again', async () => {
  const api = await standIn();
  const { keep, told } = await keeping(api);
  api.fail('patch', { kind: 'status', status: 500 }, 3);
  expect((await keep()).againInMs).toBeLessThan(60_000);
  await keep();
  expect(told).toEqual(['present', 'failed', 'problem reports-write', 'failed', 'failed', 'written']);
  await keep();
  expect(told.filter((each) => each === 'written')).toHaveLength(2);
});

it('a report that somebody else changed or deleted is heard of and put right, and what we wrote is not written again', async () => {
  const api = await standIn();
  const { keep, state, reports } = await keeping(api);
  await until(() => api.openWatches === 1);
  await keep();
  await until(() => reports.all().length === 2);
  await keep();
  expect(patches(api)).toBe(2);
  const at = { name: 'zonewarden-nodepool-web' };
  const stored = api.read(resources.clusterReports, at) ?? { metadata: at };
  const before = state.changes;
  api.put(resources.clusterReports, { ...stored, results: [] });
  await until(() => state.changes > before);
  api.remove(resources.clusterReports, at);
  await until(() => state.changes > before + 1);
  await keep();
  expect(api.read(resources.clusterReports, at)?.results).toHaveLength(2);
});

it('a report that is deleted right after it was written is written again', async () => {
  const api = await standIn();
  const { keep, reports } = await keeping(api);
  await until(() => api.openWatches === 1);
  await keep();
  const at = { name: 'zonewarden-nodepool-web' };
  api.remove(resources.clusterReports, at);
  await until(() => reports.all().length === 1);
  await keep();
  expect(api.read(resources.clusterReports, at)?.results).toHaveLength(2);
  expect(patches(api)).toBe(3);
});

it('what the watch is late to tell is not written twice', async () => {
  const api = await standIn();
  const { keep, reports, told } = await keeping(api);
  await until(() => api.openWatches === 1);
  api.silenceWatches();
  await keep();
  await keep();
  expect(reports.all()).toEqual([]);
  expect(patches(api)).toBe(2);
  expect(told).toEqual(['present', 'written', 'written']);
});
