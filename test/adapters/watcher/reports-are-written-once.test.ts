import { expect, it, onTestFinished } from 'vitest';
import type { KubeClient, KubePatch } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { createReportKeeper } from '../../../watcher/reports/report-keeper.ts';
import type { ScannedPool } from '../../../watcher/reports/scan-pool.ts';
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
  const keeper = createReportKeeper({
    client,
    onPresence: (presence) => told.push(presence),
    onWrite: (result) => told.push(result),
    onProblem: (kind) => told.push(`problem ${kind}`),
    onChanged: () => {
      state.changes += 1;
    },
    now: () => 1_000_000,
  });
  keeper.start();
  onTestFinished(() => keeper.stop());
  await until(() => told.length > 0);
  const signal = new AbortController().signal;
  return { keeper, told, state, keep: () => keeper.keep(POOLS, signal) };
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

it('a kind that goes away ends the writes at once, and is told once', async () => {
  const api = await standIn();
  const { keep, told } = await keeping(api);
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
  await keep();
  await keep();
  expect(told).toEqual(['present', 'failed', 'problem write', 'failed', 'failed', 'written']);
  await keep();
  expect(told.filter((each) => each === 'written')).toHaveLength(2);
});

it('a report that somebody else changed is told of, and one that we wrote is not', async () => {
  const api = await standIn();
  const { keep, state } = await keeping(api);
  await until(() => state.changes > 0);
  await keep();
  await until(() => api.openWatches === 1);
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
