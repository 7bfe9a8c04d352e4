import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import type { KarpenterCluster } from '../karpenter-kwok/cluster.ts';
import { KWOK_ZONE_NAMES } from '../karpenter-kwok/zones.ts';
import { isIn, type KwokPoolOptions, kwokNodePool } from './node-pools.ts';
import { AWAY } from './protected-cluster.ts';
import { byZone, type NodeOrClaim, nodesOf, podsOf } from './readers.ts';
import { waitFor } from './wait-for.ts';
import { createWorkloads, scale, workload } from './workloads.ts';

/**
 * 60 nodes in four zones, each full with one pod, of NodePools that let Karpenter do whatever it wants at once. The
 * pods of `listed` and `unlisted` would like to run in one zone each, also in the one that goes away; those of
 * `elsewhere`, whose NodePool never targeted that zone, run wherever there is room, also on nodes of other NodePools.
 */
export const AFFECTED = ['listed', 'unlisted'] as const;
export const ELSEWHERE = 'elsewhere';
const OTHER_ZONES = KWOK_ZONE_NAMES.filter((zone) => zone !== AWAY.name);
const PODS_A_ZONE = 5;
const ROAMING = 20;

const eager = {
  consolidationPolicy: 'WhenEmptyOrUnderutilized',
  consolidateAfter: '1s',
  budgets: [{ nodes: '100%' }],
};
const shapes: Readonly<Record<string, KwokPoolOptions>> = {
  listed: { requirements: [isIn(ZONE_NAME_KEY, KWOK_ZONE_NAMES)] },
  unlisted: {},
  // Tried first for pods that may use any NodePool.
  [ELSEWHERE]: { requirements: [isIn(ZONE_NAME_KEY, OTHER_ZONES)], weight: 100 },
};

/** For a cluster with the fleet: every node has room for one pod. */
export const FLEET_CLUSTER = {
  instanceTypes: { cpus: [4] },
  env: { BATCH_IDLE_DURATION: '300ms', BATCH_MAX_DURATION: '2s' },
};

/** Makes the fleet, and returns its NodePools as stored and its nodes. */
export async function makeFleet(
  cluster: KarpenterCluster,
): Promise<{ readonly pools: readonly KubeObject[]; readonly nodes: readonly NodeOrClaim[] }> {
  const { client } = cluster;
  for (const [name, shape] of Object.entries(shapes))
    await client.create(resources.nodePools, kwokNodePool(name, { ...shape, disruption: eager }));
  // One zone after the other: a pod that finds its place taken by one that would rather be elsewhere gets another node.
  let pods = 0;
  for (const zone of KWOK_ZONE_NAMES) {
    await createWorkloads(
      client,
      zonal()
        .filter((each) => each.zone === zone)
        .map(toWorkload),
    );
    pods += AFFECTED.length * PODS_A_ZONE;
    await untilRunning(cluster, pods);
  }
  await createWorkloads(client, [workload(ELSEWHERE, { replicas: ROAMING })]);
  const nodes = await untilFull(cluster, 60);
  return { pools: (await client.listAll(resources.nodePools)).items, nodes };
}

/** How many pods of the affected NodePools would like to run in the zone that goes away, and in each other one. */
export async function scaleZonal(cluster: KarpenterCluster, inAway: number, inOthers: number): Promise<void> {
  const wanted = (zone: string) => (zone === AWAY.name ? inAway : inOthers);
  await Promise.all(zonal().map(({ name, zone }) => scale(cluster.client, name, wanted(zone))));
}

/** All pods of the fleet, as many as at the beginning. */
export const scaleZonalUp = (cluster: KarpenterCluster) => scaleZonal(cluster, PODS_A_ZONE, PODS_A_ZONE);

/** How many pods may run wherever there is room; without a number as many as at the beginning. */
export const scaleRoaming = (cluster: KarpenterCluster, replicas = ROAMING) =>
  scale(cluster.client, ELSEWHERE, replicas);

/** Waits until that many pods are there, and all run. */
export async function untilRunning(cluster: KarpenterCluster, pods: number): Promise<void> {
  await waitFor(
    `${pods} pods are there and run`,
    async () => {
      const seen = await podsOf(cluster.client);
      return { pods: seen.length, running: seen.filter(({ phase }) => phase === 'Running').length };
    },
    (seen) => seen.pods === pods && seen.running === pods,
    { explain: cluster.explain, everyMs: 250 },
  );
}

interface Zonal {
  readonly pool: string;
  readonly zone: string;
  readonly name: string;
}

function zonal(): Zonal[] {
  return AFFECTED.flatMap((pool) => KWOK_ZONE_NAMES.map((zone) => ({ pool, zone, name: `${pool}-${zone}` })));
}

function toWorkload({ pool, zone, name }: Zonal): KubeObject {
  return workload(name, { replicas: PODS_A_ZONE, pool, preferredZone: zone });
}

/** Waits until there are that many initialized nodes, each with one running pod, a quarter or so in each zone. */
async function untilFull(cluster: KarpenterCluster, count: number): Promise<readonly NodeOrClaim[]> {
  const seen = await waitFor(
    `${count} nodes run a pod each`,
    async () => {
      const running = (await podsOf(cluster.client)).filter(({ phase }) => phase === 'Running');
      const nodes = await nodesOf(cluster.client);
      const ready = nodes.filter(({ labels }) => labels['karpenter.sh/initialized'] === 'true');
      const full = new Set(running.map(({ node }) => node));
      return { nodes, zones: byZone(ready), pods: running.length, full: full.size };
    },
    ({ nodes, zones, pods, full }) =>
      [nodes.length, pods, full].every((number) => number === count) &&
      KWOK_ZONE_NAMES.every((zone) => (zones[zone] ?? 0) >= 6),
    { explain: cluster.explain, everyMs: 250 },
  );
  return seen.nodes;
}
