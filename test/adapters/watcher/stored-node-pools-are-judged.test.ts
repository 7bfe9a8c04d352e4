import { expect, it } from 'vitest';
import type { Catalog } from '../../../shared/catalog/catalog.ts';
import type { FactOf } from '../../../shared/facts/watcher-facts.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { CATALOG_KEY, CATALOG_NAME, packCatalog } from '../../../shared/stores/catalog-config-map.ts';
import { until } from '../kube/fixture.ts';
import { CLASS, judging, REPORT, record, spotPool } from './judging.ts';

const count = (scan: FactOf<'policy-scan'> | undefined, rule: string, severity: string) =>
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
  const { api, state, writes, report, resultOf, scanned, policy } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
  await until(() => writes.length === 1);
  const passed = report()?.results.find(({ result }) => result === 'pass');
  const begun = Date.parse('2026-11-21T12:00:00Z') / 1000;
  state.now += 3_600_000;
  for (const text of ['profile: baseline', 'profile: baseline # the same']) {
    policy(text);
    await scanned(1);
  }
  // Of its status nobody is told.
  api.put(resources.nodePools, { ...spotPool('web', ['m5.large']), status: { nodes: 7 } });
  policy('profile: baseline # and again');
  await scanned(1);
  expect(writes).toHaveLength(1);

  api.put(resources.nodePools, spotPool('web', ['m5.large', 'm6i.large']));
  await until(() => resultOf('spot-types-min')?.properties?.found === '2');
  expect(resultOf('spot-types-min')?.timestamp.seconds).toBe(begun + 3600);
  expect(resultOf(passed?.rule ?? '')?.timestamp.seconds).toBe(begun);
});

it('policy, catalogue and exemption are followed', async () => {
  const { api, resultOf, policy } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
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

it('an impaired zone is a reason to judge anew where a NodePool is exempt, and none elsewhere', async () => {
  const { api, state, sawRecord, scanned, writes } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
  await until(() => writes.length === 1);
  const { scans } = state;
  sawRecord(record('use1-az1'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(state.scans).toBe(scans);

  const annotations = { 'zonewarden.io/zone-enforcement': 'off' };
  api.put(resources.nodePools, spotPool('off', ['m5.large'], { annotations }));
  await scanned(1);
  for (const zones of [[], ['use1-az1']]) {
    sawRecord(record(...zones));
    await scanned(1);
  }
});

it('an EC2NodeClass that cannot be read is not missing; one that is gone is', async () => {
  const { api, resultOf, scanned } = await judging((prepared) => {
    prepared.put(resources.nodePools, spotPool('web', ['m5.large']));
    prepared.put(resources.ec2NodeClasses, { ...CLASS, status: { subnets: 'none' } });
  });
  await until(() => resultOf('nodeclass-missing') !== undefined);
  expect(resultOf('nodeclass-missing')?.result).toBe('pass');
  api.remove(resources.ec2NodeClasses, { name: 'default' });
  await scanned(1);
  await until(() => resultOf('nodeclass-missing')?.result !== 'pass');
});

it('what somebody edits or deletes is put right', async () => {
  const { api, writes, report, scanned, policy } = await judging((prepared) =>
    prepared.put(resources.nodePools, spotPool('web', ['m5.large'])),
  );
  await until(() => report() !== undefined);
  const good = api.read(resources.clusterReports, REPORT) ?? { metadata: REPORT };
  api.put(resources.clusterReports, { ...good, results: [] });
  await until(() => (report()?.results.length ?? 0) > 0);
  api.remove(resources.clusterReports, REPORT);
  await until(() => report() !== undefined && writes.length === 3);
  policy('profile: baseline');
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
  expect(told).toEqual(['problem reports-list', 'unreadable']);
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
