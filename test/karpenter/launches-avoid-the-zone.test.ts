import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { shiftAway, shiftBack } from '../cluster/product/scenario.ts';
import { instanceTypeNames } from '../karpenter-kwok/instance-types.ts';
import { launchesIn, refusedClaims } from './launches.ts';
import { kwokNodePool, labelledPool, OPEN_SHAPES, staticPool } from './node-pools.ts';
import { AWAY, type ProtectedCluster, startProtectedCluster, untilChanged } from './protected-cluster.ts';
import { byZone, countBy, podsOf } from './readers.ts';
import { removeAll } from './removal.ts';
import { waitFor } from './wait-for.ts';
import { createWorkloads, workload } from './workloads.ts';

/**
 * The zone that is taken away is also the cheapest one, and the kwok provider launches in the cheapest zone that a
 * claim allows: each launch that may go there does.
 */
const instanceTypes = { cpus: [4], cheapestZone: AWAY.name };

/**
 * NodePools that are kept out of the zone by its name, the one that speaks zone IDs included: a list of IDs alone would
 * leave the name among the domains over which Karpenter spreads pods (`buildDomainGroups` in its
 * pkg/controllers/provisioning/scheduling/topology.go), whichever NodePool the pods are for. The EBS alias is folded into
 * the zone key by the AWS provider and not by kwok's, so that its NodePool comes after the pods that are spread.
 */
const byName = ['no-zone-key', 'list-by-name', 'list-by-beta-alias', 'list-by-id'];
const byOtherKey = ['list-by-ebs-alias'];

let cluster: ProtectedCluster;

beforeAll(async () => {
  cluster = await startProtectedCluster({ instanceTypes, featureGates: { StaticCapacity: true } });
});
afterAll(() => cluster?.stop());

const launched = (prefix: string) => launchesIn(cluster.audit).filter(({ pool }) => pool.startsWith(prefix));
const zonesLaunchedIn = (prefix: string) => byZone(launched(prefix).map(({ zone = '' }) => ({ zone })));

async function create(pools: readonly KubeObject[]): Promise<string[]> {
  await Promise.all(pools.map((pool) => cluster.client.create(resources.nodePools, pool)));
  return pools.map(({ metadata }) => metadata.name ?? '');
}
const open = (prefix: string, shapes: readonly string[]) =>
  shapes.map((shape) => kwokNodePool(`${prefix}-${shape}`, OPEN_SHAPES[shape]));
const ofStaticPool = (prefix: string, replicas: number) =>
  staticPool(`${prefix}-static`, replicas, instanceTypeNames(instanceTypes));

/** Waits until so many nodes were launched for the pools, and all pods but the waiting ones run. */
async function untilLaunched(prefix: string, nodes: number, waiting: number): Promise<void> {
  await waitFor(
    `${nodes} nodes are launched for ${prefix} and all pods but ${waiting} run`,
    async () => {
      const pods = (await podsOf(cluster.client)).filter(({ app }) => app.startsWith(prefix));
      return {
        launched: launched(prefix).filter(({ zone }) => zone !== undefined).length,
        running: pods.filter(({ phase }) => phase === 'Running').length,
        waiting: countBy(pods.filter(({ phase }) => phase !== 'Running').map(({ app }) => app)),
      };
    },
    (seen) =>
      seen.launched >= nodes &&
      Object.values(seen.waiting).reduce((sum, count) => sum + count, 0) === waiting,
    { limitMs: 240_000, explain: cluster.explain },
  );
}

it('without a shift, every kind of NodePool launches in the zone: the control', async () => {
  const shapes = [...byName, ...byOtherKey];
  const pools = await create([
    ...open('control', shapes),
    labelledPool('control-label', AWAY.name),
    ofStaticPool('control', 2),
  ]);
  await createWorkloads(cluster.client, [
    ...shapes.map((shape) => workload(`control-${shape}`, { replicas: 2, pool: `control-${shape}` })),
    workload('control-label', { replicas: 2, pool: 'control-label' }),
  ]);
  await untilLaunched('control', 14, 0);
  for (const pool of pools) {
    expect({ pool, zones: zonesLaunchedIn(pool) }).toEqual({ pool, zones: { [AWAY.name]: 2 } });
  }
  await removeAll(cluster, 'control');
});

it('during a shift, none of 200 launches is in the zone; pods that are pinned to it wait, others do not', async () => {
  const { client } = cluster;
  const pinnedTo = (shape: string, nodeSelector: Record<string, string>) =>
    workload(`shift-${shape}-pinned`, { replicas: 4, pool: `shift-${shape}`, nodeSelector });
  const pinned = [
    pinnedTo('no-zone-key', { [ZONE_NAME_KEY]: AWAY.name }),
    pinnedTo('list-by-name', { [ZONE_NAME_KEY]: AWAY.name }),
    pinnedTo('label', {}),
    pinnedTo('list-by-id', { [ZONE_ID_KEY]: AWAY.id }),
  ];
  const pools = await create([
    ...open('shift', byName),
    labelledPool('shift-label', AWAY.name),
    ofStaticPool('shift', 0),
  ]);
  await shiftAway(cluster.installation, AWAY.id);
  await untilChanged(cluster, pools);

  // Those that have to wait come first: they must not hold up the others.
  await createWorkloads(client, pinned);
  for (const shape of byName) {
    const pool = `shift-${shape}`;
    const nodeSelector = { [ZONE_NAME_KEY]: 'test-zone-b' };
    await createWorkloads(client, [
      workload(pool, { replicas: 24, pool }),
      workload(`${pool}-spread`, { replicas: 12, pool, spread: true }),
      workload(`${pool}-elsewhere`, { replicas: 4, pool, nodeSelector }),
    ]);
  }
  const replicas = { kind: 'merge', body: { spec: { replicas: 20 } } } as const;
  await client.patch(resources.nodePools, { name: 'shift-static' }, replicas);
  await untilLaunched('shift', 180, 16);

  // These are created while the zone is away.
  await create(open('shift', byOtherKey));
  await createWorkloads(
    client,
    byOtherKey.map((shape) => workload(`shift-${shape}`, { replicas: 30, pool: `shift-${shape}` })),
  );
  await untilLaunched('shift', 210, 16);

  console.info(`launches during a shift, by zone: ${JSON.stringify(zonesLaunchedIn('shift'))}`);
  expect(launched('shift').filter(({ zone }) => zone === AWAY.name)).toEqual([]);
  // A few more than there are pods: kube-scheduler may place a pod on the node that was meant for another one.
  const counts = countBy(launched('shift').map(({ pool }) => pool));
  for (const shape of byName) expect(counts[`shift-${shape}`]).toBeGreaterThanOrEqual(40);
  for (const shape of byOtherKey) expect(counts[`shift-${shape}`]).toBeGreaterThanOrEqual(30);
  expect(counts['shift-static']).toBe(20);
  expect(counts['shift-label']).toBeUndefined();
  // Pods that are pinned to the zone wait because Karpenter does not even ask for a node.
  expect(refusedClaims(cluster.audit)).toEqual([]);
  for (const shape of byName) {
    const spread = byZone(await podsOf(client, `shift-${shape}-spread`));
    expect(spread).toEqual({ 'test-zone-b': 4, 'test-zone-c': 4, 'test-zone-d': 4 });
  }
  for (const { metadata } of pinned) expect(byZone(await podsOf(client, metadata.name))).toEqual({ '': 4 });

  await shiftBack(cluster.installation, AWAY.id);
  await untilLaunched('shift', launched('shift').length + 16, 0);
  for (const { metadata } of pinned) {
    expect(byZone(await podsOf(client, metadata.name))).toEqual({ [AWAY.name]: 4 });
  }
});
