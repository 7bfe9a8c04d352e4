import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { CATALOG_NAME, catalogInConfigMap } from '../../../shared/stores/catalog-config-map.ts';
import { installCrds } from '../../control-plane/crds.ts';
import { type Installation, install, type Replica } from '../../installation/installation.ts';
import { ZONE_NAMES } from '../../installation/node-class.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { clusterReportCrd } from '../../openreports-crds/cluster-report-crd.ts';
import { type Ec2TypesApi, startEc2TypesApi } from '../../standins/ec2-types-api.ts';
import { shiftAway, shiftBack, THREE, TWO, untilZones } from '../product/scenario.ts';

/**
 * What is stored is judged and reported, under the rights that the components grant: the tests tell one story, each from
 * where the one before ended.
 */

const TYPES = ['c5.large', 'm5.large', 'r5.large'];
const POLICY = { namespace: 'zonewarden', name: 'zonewarden-policy' };
const CATALOG = { namespace: 'zonewarden', name: CATALOG_NAME };
const REPORT = { name: 'zonewarden-nodepool-web' };

let installation: Installation;
let ec2: Ec2TypesApi;
let leader: Replica;

beforeAll(async () => {
  ec2 = await startEc2TypesApi(TYPES.map((name) => ({ name, zones: Object.keys(ZONE_NAMES) })));
  // A poll of a watcher that was ended would swallow the event of the shift.
  installation = await install({ withoutQueue: true });
  const { controlPlane, client } = installation;
  for (const component of ['reports', 'ec2-catalog'])
    await controlPlane.kubectl(['apply', '-k', `config/components/${component}/objects`]);
  await installation.watcher.stop();
  await policy('mode: audit');
  // Too few types for Spot, written while nothing is refused.
  const spot = { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] };
  const types = { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large', 'c5.large'] };
  await until('the NodePool is stored', () =>
    client.create(resources.nodePools, nodePool('web', [spot, types, inZones(...THREE)])),
  );
  leader = await newLeader('first');
});
afterAll(async () => {
  await installation?.stop();
  await ec2?.stop();
});

function newLeader(name: string): Promise<Replica> {
  return installation.addWatcher(name, [
    ...['--reports', 'on', '--catalog', 'ec2', '--ec2-endpoint', ec2.endpoint],
  ]);
}

function policy(text: string) {
  return installation.client.patch(
    resources.configMaps,
    POLICY,
    { kind: 'merge', body: { data: { 'policy.yaml': text } } },
    {},
  );
}

const reportSchema = z.object({
  metadata: z.looseObject({ resourceVersion: z.string(), ownerReferences: z.unknown() }),
  results: z.array(
    z.looseObject({
      rule: z.string(),
      result: z.string(),
      severity: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
  summary: z.record(z.string(), z.number()),
});

async function report() {
  return reportSchema.parse(await installation.client.get(resources.clusterReports, REPORT));
}

/** The report, once the result of the rule is so. */
async function reported(result: string, severity: string) {
  const { value } = await until(`spot-types-min is ${result}, ${severity}`, async () => {
    const found = await report();
    const entry = found.results.find(({ rule }) => rule === 'spot-types-min');
    return entry?.result === result && entry.severity === severity ? { ...found, entry } : undefined;
  });
  return value;
}

const said = (replica: Replica, event: string) =>
  replica.process.lines().filter((line) => line.event === event);

it('without the CRD: metrics tell what is wrong, and the log says once why there is no report', async () => {
  await until('it is told', () => said(leader, 'reports').length > 0);
  const labels = { rule: 'spot-types-min', severity: 'audit' };
  await until('it is counted', async () => {
    const metrics = await scrape(leader.opsUrl);
    return metrics.sum('zonewarden_watcher_policy_findings', labels) === 1;
  });
  expect(said(leader, 'reports')).toMatchObject([{ presence: 'absent' }]);
});

it('the catalogue is asked of EC2, stored, and counted by', async () => {
  const { value } = await until('the catalogue is there', async () =>
    catalogInConfigMap(await installation.client.get(resources.configMaps, CATALOG)),
  );
  expect(value.types).toEqual(TYPES);
  expect(value.origin).toMatchObject({ source: 'ec2', region: 'us-east-1' });
  expect(value.offerings?.zoneIds).toEqual(Object.keys(ZONE_NAMES));
  const { text } = await scrape(leader.opsUrl);
  expect(text).toMatch(/zonewarden_watcher_catalog_types\{source="ec2"\} 3/);
  expect(text).toMatch(/zonewarden_watcher_catalog_refreshes_total\{result="asked"\} 1/);
});

it('when the CRD comes, so does a report that the API server takes as it is', async () => {
  await installCrds(installation.controlPlane, [await clusterReportCrd()]);
  const found = await until('the report is there', report, 90_000);
  const { entry } = await reported('warn', 'info');
  expect(entry).toMatchObject({
    message: expect.stringContaining("EC2's API in us-east-1"),
    properties: { found: '2', needed: '5', lowered: 'audit-mode' },
  });
  const pool = await installation.client.get(resources.nodePools, { name: 'web' });
  expect(found.value.metadata.ownerReferences).toEqual([
    { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'web', uid: pool.metadata.uid },
  ]);
  const { stdout } = await installation.controlPlane.kubectl([
    ...['get', 'clusterreports', '-l', 'app.kubernetes.io/managed-by=zonewarden', '-o', 'name'],
  ]);
  expect(stdout.trim()).toBe('clusterreport.openreports.io/zonewarden-nodepool-web');
});

it('the policy that is enforced makes it a failure', async () => {
  await policy('mode: enforce');
  const { summary } = await reported('fail', 'high');
  expect(summary.fail).toBeGreaterThan(0);
});

it('a shift changes nothing of the report: the NodePool is judged as it was declared', async () => {
  const { metadata, entry } = await reported('fail', 'high');
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await shiftBack(installation);
  await untilZones(installation, 'web', [inZones(...THREE)]);
  const after = await reported('fail', 'high');
  expect(after.entry).toEqual(entry);
  expect(after.metadata.ownerReferences).toEqual(metadata.ownerReferences);
});

it('a new leader asks EC2 nothing and writes no report that stands', async () => {
  const before = await reported('fail', 'high');
  const asked = ec2.requests.length;
  await leader.process.stop();
  const next = await newLeader('second');
  await until('it has scanned', () => said(next, 'policy-scan').length > 0);
  const metrics = await scrape(next.opsUrl);
  expect(metrics.sum('zonewarden_watcher_report_writes_total')).toBe(0);
  expect((await report()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  expect(ec2.requests).toHaveLength(asked);
  leader = next;
});

it('what somebody edits or deletes is written again', async () => {
  const { client } = installation;
  const edited = { kind: 'merge' as const, body: { results: [] } };
  await client.patch(resources.clusterReports, REPORT, edited, { fieldManager: 'somebody' });
  await reported('fail', 'high');
  await client.delete(resources.clusterReports, REPORT);
  await reported('fail', 'high');
});

it('nothing of that was refused', () => {
  const lines = JSON.stringify(leader.process.lines());
  expect(lines).not.toContain('cannot ');
  expect(lines).not.toContain('forbidden');
});

const REPORTS = { kind: 'clusterrole', name: 'zonewarden-reports', group: 'openreports.io' };
const EC2 = { kind: 'role', name: 'zonewarden-ec2-catalog', group: '' };

it.each([
  ['list', 'clusterreports', REPORTS, ['watch', 'create', 'patch']],
  ['watch', 'clusterreports', REPORTS, ['list', 'create', 'patch']],
  ['create', 'clusterreports', REPORTS, ['list', 'watch', 'patch']],
  ['patch', 'clusterreports', REPORTS, ['list', 'watch', 'create']],
  ['patch', 'configmaps', EC2, ['get']],
] as const)(
  'without the right to %s %s a new leader is refused just that',
  async (verb, resource, role, left) => {
    const { client, controlPlane } = installation;
    await leader.process.stop();
    const rules = [{ apiGroups: [role.group], resources: [resource], verbs: left }];
    await controlPlane.kubectl([
      ...['patch', role.kind, role.name, '-n', 'zonewarden', '--type=merge', '-p', JSON.stringify({ rules })],
    ]);
    await client.delete(resources.clusterReports, REPORT).catch(() => undefined);
    await client.patch(resources.configMaps, CATALOG, {
      kind: 'merge',
      body: { binaryData: { 'catalog.json.gz': Buffer.from('garbage').toString('base64') } },
    });
    leader = await newLeader(`without-${verb}-${resource}`);
    const refused = new RegExp(`cannot ${verb} resource \\\\*"${resource}`);
    await until('it is refused', () => refused.test(JSON.stringify(leader.process.lines())));
    for (const component of ['reports', 'ec2-catalog'])
      await controlPlane.kubectl(['apply', '-k', `config/components/${component}/objects`]);
  },
);
