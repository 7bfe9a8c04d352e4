import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { ROOT } from '../../installation/product-process.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { AWAY, poolNamed, shiftAway, shiftBack, untilZones } from '../product/scenario.ts';
import { apply, eventsOf, oneType, setPolicy, startAudited } from './policy-scene.ts';

/** The policy in a cluster, as those who write NodePools with kubectl meet it. */

let audited: Awaited<ReturnType<typeof startAudited>>;
let installation: Installation;
beforeAll(async () => {
  audited = await startAudited();
  installation = await install({ controlPlane: audited.controlPlane });
});
afterAll(async () => {
  await installation?.stop();
  await audited?.stop();
});

const kubectl = (...args: string[]) => installation.controlPlane.kubectl(args, { allowFailure: true });
const lineOf = (name: string) =>
  installation.webhook
    .lines()
    .findLast((line) => line.event === 'decision' && line.webhook === 'validate' && line.name === name);

it('a Spot NodePool with one type is refused by kubectl, in words that say what to do', async () => {
  const { code, stderr } = await kubectl('apply', '-f', `${ROOT}demo/nodepools/refused/one-type.yaml`);
  expect(code).not.toBe(0);
  expect(stderr).toContain('NodePool one-type is refused by policy');
  expect(stderr).toMatch(
    /spot-types-min: .*at most 1 instance type matches \(m5\.large\); at least 5 are needed/,
  );
  expect(stderr).toContain('See docs/policies/spot-types-min.md');
  expect(stderr).toContain('exempt.zonewarden.io/spot-types-min: "<reason> (until YYYY-MM-DD)"');
  await until('the Event is there', async () => (await eventsOf(installation, 'one-type')).length > 0);
  const { value: line } = await until('the line is written', () => lineOf('one-type'));
  expect(line).toMatchObject({
    allowed: false,
    action: 'refused',
    findings: expect.any(Array),
  });
});

it('what is only warned of is stored, and kubectl shows the warning', async () => {
  const { code, stderr } = await apply(installation, nodePool('warned', []));
  expect(code).toBe(0);
  expect(stderr).toContain('Warning: zonewarden: limits-missing: ');
  expect(stderr).toContain('See docs/policies/limits-missing.md');
});

it('a dry run is answered in the same words, and leaves no Event', async () => {
  const manifest = { input: JSON.stringify(oneType('rehearsed')), allowFailure: true };
  const { stderr } = await installation.controlPlane.kubectl(
    ['apply', '--dry-run=server', '-f', '-'],
    manifest,
  );
  expect(stderr).toContain('NodePool rehearsed is refused by policy');
});

it('an exemption with a reason lets it through, and the reason stands in the audit line', async () => {
  const exempt = Object.fromEntries(
    (await findingsOf('one-type')).map(({ rule }) => [`exempt.zonewarden.io/${rule}`, 'licence of one type']),
  );
  expect((await apply(installation, oneType('exempt', exempt))).code).toBe(0);
  expect(await findingsOf('exempt')).toContainEqual(
    expect.objectContaining({ rule: 'spot-types-min', lowered: 'exempt', exemption: 'licence of one type' }),
  );
});

async function findingsOf(name: string): Promise<{ rule: string; severity: string }[]> {
  const { value } = await until('the line is written', () => lineOf(name));
  return (value.findings ?? []) as { rule: string; severity: string }[];
}

it('in audit mode nobody is refused or warned, and it is written down', async () => {
  await setPolicy(installation, 'mode: audit');
  const { code, stderr } = await apply(installation, oneType('old'));
  expect([code, stderr]).toEqual([0, '']);
  expect(await findingsOf('old')).toContainEqual(
    expect.objectContaining({ rule: 'spot-types-min', severity: 'audit', lowered: 'audit-mode' }),
  );
});

it('enforced again, the old one can still be labelled, and not be changed for worse', async () => {
  await setPolicy(installation, 'mode: enforce');
  const labelled = await kubectl('label', 'nodepool', 'old', 'team=data');
  expect(labelled.code).toBe(0);
  expect(labelled.stderr).toContain('zonewarden: spot-types-min (as stored before, so not refused): ');
  const types = ['m5.large', 'm5.xlarge'];
  const requirements = [
    { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
    { key: 'node.kubernetes.io/instance-type', operator: 'In', values: types },
  ];
  const { code, stderr } = await apply(installation, nodePool('old', requirements));
  expect(code).not.toBe(0);
  expect(stderr).toContain('at most 2 instance types match');
});

it('during a shift a NodePool with two zones is not denied for having one', async () => {
  await setPolicy(installation, 'rules: { zone-single: deny }');
  const two = nodePool('two-zones', [inZones(AWAY.name, 'us-east-1b')]);
  expect((await apply(installation, two)).code).toBe(0);
  const { code, stderr } = await apply(installation, nodePool('one-zone', [inZones('us-east-1b')]));
  expect(code).not.toBe(0);
  expect(stderr).toContain('zone-single');

  await shiftAway(installation);
  await untilZones(installation, 'two-zones', [inZones('us-east-1b')]);
  expect((await kubectl('label', 'nodepool', 'two-zones', 'team=data')).code).toBe(0);
  expect((await apply(installation, { ...two, metadata: { name: 'two-more' } })).code).toBe(0);
  expect(await findingsOf('two-more')).not.toContainEqual(expect.objectContaining({ rule: 'zone-single' }));
  const limited = nodePool('two-zones', [inZones(AWAY.name, 'us-east-1b')], { limits: { cpu: '100' } });
  expect((await apply(installation, limited)).code).toBe(0);
});

it('Events say what was refused, warned of, left out and given back: once each, and none for a dry run', async () => {
  await until('ZonePruned', async () => (await eventsOf(installation, 'two-zones')).some(isPruned));
  await shiftBack(installation);
  await untilZones(installation, 'two-zones', [inZones(AWAY.name, 'us-east-1b')]);
  await until('ZoneRestored', async () =>
    (await eventsOf(installation, 'two-zones')).some((event) => event.startsWith('ZoneRestored: ')),
  );
  const zones = (await eventsOf(installation, 'two-zones')).filter((event) => event.startsWith('Zone'));
  expect(zones).toHaveLength(2);

  await apply(installation, oneType('one-type'));
  await until('the same was told before', async () => {
    const metrics = await scrape(installation.webhookOpsUrl);
    return metrics.sum('zonewarden_policy_events_total', { result: 'repeated' }) > 0;
  });
  const told = await eventsOf(installation, 'one-type');
  expect(new Set(told).size).toBe(told.length);
  expect(told).toContainEqual(
    expect.stringMatching(/^PolicyViolation: spot-types-min \(deny; .* was refused\)/),
  );
  expect(await eventsOf(installation, 'rehearsed')).toEqual([]);
  const { stdout } = await kubectl('describe', 'nodepool', 'two-zones');
  expect(stdout).toContain('ZonePruned');
  const events = await scrape(installation.webhookOpsUrl);
  expect(events.sum('zonewarden_policy_events_total', { result: 'failed' })).toBe(0);
});

const isPruned = (event: string) =>
  event.startsWith(`ZonePruned: zone ${AWAY.name} (${AWAY.id}) is impaired`);

it('the audit log of the API server has the verdicts', () => {
  const prefix = 'nodepools.zonewarden.io';
  expect(audited.annotations('one-type')).toContainEqual(
    expect.objectContaining({
      [`${prefix}/action`]: 'refused',
      [`${prefix}/findings`]: expect.stringContaining('deny spot-types-min'),
      [`${prefix}/zone-rule`]: 'zone-impaired-target',
    }),
  );
  expect(audited.annotations('two-more')).toContainEqual(
    expect.objectContaining({ [`${prefix}/excluded-zones`]: AWAY.id, [`${prefix}/action`]: 'unchanged' }),
  );
});

it('a policy that cannot be read changes nothing, and says so', async () => {
  const patch = JSON.stringify({ data: { 'policy.yaml': 'mode: sometimes' } });
  await kubectl('-n', 'zonewarden', 'patch', 'configmap', 'zonewarden-policy', '--type=merge', '-p', patch);
  await until('it is told', async () => {
    const metrics = await scrape(installation.webhookOpsUrl);
    return metrics.sum('zonewarden_policy_problem', {}) === 1;
  });
  const { stderr } = await apply(installation, nodePool('one-zone', [inZones('us-east-1b')]));
  expect(stderr).toContain('zone-single');
  expect(await poolNamed(installation, 'old')).toBeDefined();
  await installation.client.delete(resources.configMaps, {
    namespace: 'zonewarden',
    name: 'zonewarden-policy',
  });
  await until('the defaults hold', async () => {
    const { code } = await kubectl('get', 'nodepool', 'one-zone');
    return (
      code === 0 || (await apply(installation, nodePool('one-zone', [inZones('us-east-1b')]))).code === 0
    );
  });
});
