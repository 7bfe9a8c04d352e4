import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { runCli } from '../cli/shift-scene.ts';
import { AWAY, shiftAway, THREE, TWO, untilZones, zonesOf } from '../product/scenario.ts';
import { claimRefusal, untilClaims, untilWritten } from './fallback-scene.ts';
import { refusalOf } from './policy-cluster.ts';

/** kill -9 of every webhook while a zone is away: what still holds, and what still goes. */

const notIn = (value: string) => ({
  key: 'topology.kubernetes.io/zone',
  operator: 'NotIn',
  values: [value],
});
const WHY = `targets zone ${AWAY.name} (${AWAY.id}), impaired (autoshift since `;
const ADVICE = /Zonewarden's webhook did not handle this write.*docs\/policy-fallback\.md/;

let installation: Installation;

beforeAll(async () => {
  installation = await install();
  const { client } = installation;
  await client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  const exempt = nodePool('exempt', [inZones(...THREE)]);
  exempt.metadata.annotations = { 'zonewarden.io/zone-enforcement': 'off' };
  await client.create(resources.nodePools, exempt);
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await untilWritten(installation, 1);
  await installation.webhook.stop('SIGKILL');
  await untilClaims(installation, true);
});
afterAll(() => installation?.stop());

const kubectl = (args: string[], input?: string) =>
  installation.controlPlane.kubectl(args, { allowFailure: true, ...(input === undefined ? {} : { input }) });

describe('NodeClaims', () => {
  it.each<[string, readonly object[]]>([
    ['for the zone', [inZones(AWAY.name)]],
    ['for the zone among others', [inZones(...THREE)]],
    ['that say nothing of zones', []],
    ['by the ID of the zone', [{ key: 'topology.k8s.aws/zone-id', operator: 'In', values: [AWAY.id] }]],
    ['by the alias of EBS', [{ key: 'topology.ebs.csi.aws.com/zone', operator: 'In', values: [AWAY.name] }]],
  ])('%s are refused, with the reason and where to read on', async (_name, requirements) => {
    const refusal = await claimRefusal(installation, requirements, 'web');
    expect(refusal).toContain(`this NodeClaim ${WHY}`);
    expect(refusal).toMatch(ADVICE);
  });

  it.each<[string, readonly object[], string]>([
    ['for other zones', [inZones(...TWO)], 'web'],
    ['that exclude the zone', [notIn(AWAY.name)], 'web'],
    ['of a NodePool that is exempt', [inZones(...THREE)], 'exempt'],
  ])('%s are made', async (_name, requirements, pool) => {
    expect(await claimRefusal(installation, requirements, pool)).toBeUndefined();
  });
});

describe('NodePools', () => {
  it('fail closed, and the error names the document with the way out', async () => {
    const { stderr } = await kubectl(['label', 'nodepool', 'web', 'a=b']);
    expect(stderr).toContain('failed calling webhook "nodepools.zonewarden.io"');
    expect(stderr).toContain('docs/break-glass.md');
  });

  it('take status, as Karpenter writes it', async () => {
    const status = { resources: { nodes: '3' } };
    const answer = await kubectl([
      ...['patch', 'nodepool', 'web', '--subresource=status', '--type=merge'],
      ...['-p', JSON.stringify({ status })],
    ]);
    expect(answer.code).toBe(0);
  });

  it('with failure policy Ignore: open to nothing new, and everything else can be changed', async () => {
    const webhooks = [{ name: 'nodepools.zonewarden.io', failurePolicy: 'Ignore' }];
    const kinds = 'mutatingwebhookconfiguration,validatingwebhookconfiguration';
    const relax = (value: string) =>
      kubectl([
        ...['patch', kinds, 'zonewarden', '--type=strategic', '-p'],
        JSON.stringify({ webhooks: [{ ...webhooks[0], failurePolicy: value }] }),
      ]);
    expect((await relax('Ignore')).code).toBe(0);
    try {
      const label = () => kubectl(['label', 'nodepool', 'web', '--overwrite', `at=${Date.now()}`]);
      await expect.poll(async () => (await label()).code, { timeout: 30_000 }).toBe(0);
      const unpruned = stringify(nodePool('web', [inZones(...THREE)]));
      for (const how of [[], ['--server-side', '--force-conflicts']]) {
        const { code, stderr } = await kubectl(['apply', ...how, '-f', '-'], unpruned);
        expect(code).toBe(1);
        expect(stderr).toContain(`this NodePool ${WHY}`);
        expect(stderr).toMatch(ADVICE);
      }
      const { client } = installation;
      expect(zonesOf(await client.get(resources.nodePools, { name: 'web' }))).toEqual([inZones(...TWO)]);
      expect(await refusalOf(client.create(resources.nodePools, nodePool('new', [])))).toContain(WHY);
      await client.create(resources.nodePools, nodePool('new', [inZones(...TWO)]));
      await client.delete(resources.nodePools, { name: 'new' });
    } finally {
      await relax('Fail');
    }
  });
});

describe('a shift that has an end', () => {
  it('lets NodeClaims through when it is over, with the watcher dead as well', async () => {
    const zone = 'us-east-1d';
    const start = ['shift', 'start', zone, '--for', '20s', '--reason', 'drill'];
    const started = await runCli(start, installation.controlPlane.kubeconfigPath);
    expect(started).toMatchObject({ code: 0 });
    await untilWritten(installation, 2);
    await installation.watcher.stop('SIGKILL');
    try {
      await untilClaims(installation, true, zone);
      const refusal = await claimRefusal(installation, [inZones(zone)]);
      expect(refusal).toMatch(/us-east-1d \(use1-az2\), impaired \(operator since .* until /);
      await untilClaims(installation, false, zone);
      // The other one has no end that anybody knows.
      expect(await claimRefusal(installation, [inZones(AWAY.name)])).toContain(WHY);
    } finally {
      await installation.watcher.start();
    }
  });
});
