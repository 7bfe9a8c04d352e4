import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Catalog } from '../../../shared/catalog/catalog.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { ImpairedRecord } from '../../../shared/record/impaired-record.ts';
import { CATALOG_KEY, CATALOG_NAME, packCatalog } from '../../../shared/stores/catalog-config-map.ts';
import type { ScanTotals } from '../../../watcher/reports/policy-scan.ts';
import { createPolicyWork } from '../../../watcher/reports/policy-work.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const REPORT = { name: 'zonewarden-nodepool-web' };
const CLASS: KubeObject = {
  metadata: { name: 'default' },
  status: {
    subnets: [
      { zone: 'us-east-1a', zoneID: 'use1-az1' },
      { zone: 'us-east-1b', zoneID: 'use1-az2' },
    ],
  },
};

/** A NodePool for Spot with these types, which is too few unless there are 15. */
const spotPool = (name: string, types: readonly string[], more: object = {}): KubeObject => ({
  metadata: { name, ...more },
  spec: {
    template: {
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [
          { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
          { key: 'node.kubernetes.io/instance-type', operator: 'In', values: types },
        ],
      },
    },
  },
});

const reportSchema = z.object({
  metadata: z.looseObject({ ownerReferences: z.array(z.unknown()) }),
  scope: z.unknown(),
  source: z.string(),
  summary: z.record(z.string(), z.number()),
  results: z.array(
    z.looseObject({
      rule: z.string(),
      result: z.string(),
      severity: z.string().optional(),
      message: z.string().optional(),
      properties: z.record(z.string(), z.string()).optional(),
      timestamp: z.looseObject({ seconds: z.number() }),
    }),
  ),
});

const record = (...impaired: string[]): ImpairedRecord => ({
  generation: impaired.length,
  zones: impaired.map((id) => ({
    id,
    state: 'impaired',
    sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
  })),
  ended: {},
});

/** A leader's term about policies, over a stand-in API server. */
async function judging(prepare: (api: KubeApi) => void, reports = true) {
  const api = await standIn();
  api.put(resources.ec2NodeClasses, CLASS);
  prepare(api);
  const state = { record: record(), now: Date.parse('2026-11-21T12:00:00Z') };
  const scans: ScanTotals[] = [];
  const told: string[] = [];
  const writes: string[] = [];
  const work = createPolicyWork({
    client: clientOf(api),
    namespace: 'zonewarden',
    fetchCatalog: undefined,
    reports,
    record: () => state.record,
    now: () => state.now,
    onScan: (totals) => scans.push(totals),
    onDefect: (rule, error) => told.push(`defect ${rule} ${String(error)}`),
    onProblem: (part) => told.push(`problem ${part}`),
    catalog: {
      onCatalog: () => undefined,
      onWritten: () => undefined,
      onFailure: () => undefined,
      onProblem: (kind) => told.push(`problem catalog ${kind}`),
    },
    report: {
      onPresence: (presence) => told.push(presence),
      onWrite: (result) => writes.push(result),
      onProblem: (kind) => told.push(`problem reports ${kind}`),
    },
    debounceMs: 20,
  });
  const stop = new AbortController();
  const done = work.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  const report = () => {
    const object = api.read(resources.clusterReports, REPORT);
    return object === undefined ? undefined : reportSchema.parse(object);
  };
  const resultOf = (rule: string) => report()?.results.find((each) => each.rule === rule);
  /** Waits for so many more scans, and for what they write. */
  const scanned = async (more: number) => {
    const wanted = scans.length + more;
    await until(() => scans.length >= wanted);
  };
  return { api, work, state, scans, told, writes, report, resultOf, scanned };
}

const count = (scan: ScanTotals | undefined, rule: string, severity: string) =>
  scan?.findings.find((each) => each.rule === rule && each.severity === severity)?.count ?? 0;

it('a NodePool with too few types for Spot is a failure in its report, and in the totals', async () => {
  const { api, scans, report, resultOf, told } = await judging((prepared) => {
    prepared.put(resources.nodePools, spotPool('web', ['m5.large']));
    prepared.put(resources.nodePools, spotPool('api', ['m5.large', 'c5.large']));
  });
  await until(() => report() !== undefined);
  expect(resultOf('spot-types-min')).toMatchObject({
    policy: 'zonewarden-policy',
    result: 'fail',
    severity: 'high',
    message: expect.stringContaining('at most 1 instance type'),
    properties: { help: 'docs/policies/spot-types-min.md', found: '1', needed: '5' },
    timestamp: { seconds: Date.parse('2026-11-21T12:00:00Z') / 1000, nanos: 0 },
  });
  const { uid } = api.read(resources.nodePools, { name: 'web' })?.metadata ?? {};
  const pool = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'web', uid };
  expect(report()).toMatchObject({
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'zonewarden' }, ownerReferences: [pool] },
    scope: pool,
    source: 'zonewarden',
  });
  const { summary = {}, results = [] } = report() ?? {};
  for (const result of ['pass', 'fail', 'warn', 'error', 'skip'])
    expect([result, summary[result]]).toEqual([
      result,
      results.filter((each) => each.result === result).length,
    ]);
  expect(scans[0]?.nodePools).toBe(2);
  expect(count(scans[0], 'spot-types-min', 'deny')).toBe(2);
  expect(told).toEqual(['present']);
});

it('a scan of the same writes nothing, and a change of one result leaves the times of the others', async () => {
  const { api, state, writes, report, resultOf, scanned, work } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
  await until(() => writes.length === 1);
  const passed = report()?.results.find(({ result }) => result === 'pass');
  const begun = Date.parse('2026-11-21T12:00:00Z') / 1000;
  state.now += 3_600_000;
  for (const zone of ['use1-az5', 'use1-az6']) {
    state.record = record(zone);
    work.sawRecord(state.record);
    await scanned(1);
  }
  // Of its status nobody is told.
  api.put(resources.nodePools, { ...spotPool('web', ['m5.large']), status: { nodes: 7 } });
  state.record = record();
  work.sawRecord(state.record);
  await scanned(1);
  expect(writes).toHaveLength(1);

  api.put(resources.nodePools, spotPool('web', ['m5.large', 'm6i.large']));
  await until(() => resultOf('spot-types-min')?.properties?.found === '2');
  expect(resultOf('spot-types-min')?.timestamp.seconds).toBe(begun + 3600);
  expect(resultOf(passed?.rule ?? '')?.timestamp.seconds).toBe(begun);
});

it('policy, catalogue and exemption are followed', async () => {
  const { api, resultOf } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
  const policy = (text: string) =>
    api.put(resources.configMaps, {
      metadata: { namespace: 'zonewarden', name: 'zonewarden-policy' },
      data: { 'policy.yaml': text },
    });
  await until(() => resultOf('spot-types-min')?.result === 'fail');
  policy('mode: audit');
  await until(() => resultOf('spot-types-min')?.result === 'warn');
  expect(resultOf('spot-types-min')).toMatchObject({
    severity: 'info',
    properties: { lowered: 'audit-mode' },
  });
  policy('rules: { spot-types-min: { severity: warn } }');
  await until(() => resultOf('spot-types-min')?.severity === 'medium');
  policy('rules: { spot-types-min: { severity: off } }');
  await until(() => resultOf('spot-types-min') === undefined);
  policy('profile: baseline');
  await until(() => resultOf('spot-types-min')?.result === 'fail');

  const own: Catalog = {
    origin: { source: 'ec2', madeAt: '2026-11-20T00:00:00Z', region: 'us-east-1' },
    types: ['m5.large'],
    columns: new Map(),
    capacityTypes: [3],
    offerings: { zoneIds: ['use1-az1'], sets: [[0]], setOf: [0] },
  };
  api.put(resources.configMaps, {
    metadata: { namespace: 'zonewarden', name: CATALOG_NAME },
    binaryData: { [CATALOG_KEY]: packCatalog(own) },
  });
  await until(() => resultOf('spot-types-min')?.message?.includes("EC2's API in us-east-1") === true);

  const reason = { 'exempt.zonewarden.io/spot-types-min': 'the licence is bound to one type' };
  api.put(resources.nodePools, spotPool('web', ['m5.large'], { annotations: reason }));
  await until(() => resultOf('spot-types-min')?.result === 'skip');
  expect(resultOf('spot-types-min')?.properties?.exemption).toBe('the licence is bound to one type');
});

it('what somebody edits or deletes is put right', async () => {
  const { api, writes, report, scanned, work, state } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
  await until(() => report() !== undefined);
  const good = api.read(resources.clusterReports, REPORT) ?? { metadata: REPORT };
  api.put(resources.clusterReports, { ...good, results: [] });
  await until(() => (report()?.results.length ?? 0) > 0);
  api.remove(resources.clusterReports, REPORT);
  await until(() => report() !== undefined && writes.length === 3);
  state.record = record('use1-az5');
  work.sawRecord(state.record);
  await scanned(1);
  expect(writes).toHaveLength(3);
});

it('without the CRD that is told once, the scans go on, and reports come when it comes', async () => {
  const { api, scans, told, writes, report } = await judging((prepared) => {
    prepared.put(resources.nodePools, spotPool('web', ['m5.large']));
    prepared.missingKinds.add('clusterreports');
  });
  const looks = () => api.seen('list').filter(({ path }) => path.includes('openreports')).length;
  await until(() => scans.length > 0 && looks() > 1);
  expect([told, writes]).toEqual([['absent'], []]);
  api.missingKinds.clear();
  await until(() => report() !== undefined);
  expect(told).toEqual(['absent', 'present']);
});

it('reports that may not be listed are told of once, and none is written', async () => {
  const { api, scans, told } = await judging((prepared) => {
    prepared.put(resources.nodePools, spotPool('web', ['m5.large']));
    prepared.forbiddenKinds.add('clusterreports');
  });
  const looks = () => api.seen('list').filter(({ path }) => path.includes('openreports')).length;
  await until(() => scans.length > 0 && looks() > 1);
  expect(told).toEqual(['unreadable', 'problem reports watch']);
  expect(api.seen('patch')).toEqual([]);
});

it('without reports no ClusterReport is looked at', async () => {
  const { api, scans } = await judging(
    (prepared) => prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
    false,
  );
  await until(() => scans.length > 0);
  expect(count(scans[0], 'spot-types-min', 'deny')).toBe(1);
  expect(api.requests.filter(({ path }) => path.includes('openreports'))).toEqual([]);
});
