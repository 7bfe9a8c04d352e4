import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVACUATE_ANNOTATION } from '../../shared/enforcement/freeze-mode.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { shiftAway, shiftBack } from '../cluster/product/scenario.ts';
import { KWOK_ZONE_NAMES } from '../karpenter-kwok/zones.ts';
import { churnIn } from './churn.ts';
import { disruptionsOf, driftLooks } from './disruptions.ts';
import { type Launch, launchesIn, recordStoredWith } from './launches.ts';
import { isIn, type KwokPoolOptions, kwokNodePool } from './node-pools.ts';
import { AWAY, type ProtectedCluster, startProtectedCluster, untilChanged } from './protected-cluster.ts';
import { byZone, countBy, driftedClaims, type NodeOrClaim, nodesOf, podsOf } from './readers.ts';
import { violations } from './violations.ts';
import { waitFor } from './wait-for.ts';
import { createWorkloads, scale, workload } from './workloads.ts';

/**
 * NodePools with the annotation `zonewarden.io/evacuate: "true"` leave the zone, as fast as their own budgets allow;
 * others stay, and so does every node outside the zone, also one that is empty.
 */
const OTHER = KWOK_ZONE_NAMES.find((zone) => zone !== AWAY.name) ?? '';
const IN_AWAY = 3;
const IN_OTHER = 2;

const eager = (nodes: string) => ({
  disruption: {
    consolidationPolicy: 'WhenEmptyOrUnderutilized',
    consolidateAfter: '1s',
    budgets: [{ nodes }],
  },
});
const list = { requirements: [isIn(ZONE_NAME_KEY, KWOK_ZONE_NAMES)] };
const leaving = { annotations: { [EVACUATE_ANNOTATION]: 'true' } };
const shapes: Readonly<Record<string, KwokPoolOptions>> = {
  'one-by-one': { ...leaving, ...list, ...eager('1') },
  'at-once': { ...leaving, ...eager('100%') },
  'may-not-leave': { ...leaving, ...list, ...eager('0') },
  'stays-listed': { ...list, ...eager('100%') },
  'stays-unlisted': eager('100%'),
};
const LEAVING = ['one-by-one', 'at-once'];
const STAYING = ['may-not-leave', 'stays-listed', 'stays-unlisted'];
const POOLS = [...LEAVING, ...STAYING];

let cluster: ProtectedCluster;
let before: readonly NodeOrClaim[];
let declared: readonly unknown[];

beforeAll(async () => {
  const env = { BATCH_IDLE_DURATION: '300ms', BATCH_MAX_DURATION: '2s' };
  cluster = await startProtectedCluster({ instanceTypes: { cpus: [4] }, env });
  const { client } = cluster;
  for (const pool of POOLS) await client.create(resources.nodePools, kwokNodePool(pool, shapes[pool]));
  // One zone after the other: a pod that finds its place taken by one that would rather be elsewhere gets another node.
  await createWorkloads(
    client,
    POOLS.map((pool) => workload(`${pool}-away`, { replicas: IN_AWAY, pool, preferredZone: AWAY.name })),
  );
  await untilFull(POOLS.length * IN_AWAY);
  await createWorkloads(
    client,
    POOLS.map((pool) => workload(`${pool}-other`, { replicas: IN_OTHER, pool, preferredZone: OTHER })),
  );
  before = await untilFull(POOLS.length * (IN_AWAY + IN_OTHER));
  declared = await declarations();
});
afterAll(() => cluster?.stop());

/** Waits until there are that many nodes, all initialized, and each has its pod. */
async function untilFull(count: number): Promise<readonly NodeOrClaim[]> {
  await waitFor(
    `${count} nodes run a pod each`,
    async () => {
      const running = (await podsOf(cluster.client)).filter(({ phase }) => phase === 'Running');
      const nodes = await nodesOf(cluster.client);
      const ready = nodes.filter(({ labels }) => labels['karpenter.sh/initialized'] === 'true');
      return [nodes.length, ready.length, running.length, new Set(running.map(({ node }) => node)).size];
    },
    (numbers) => numbers.every((number) => number === count),
    { explain: cluster.explain },
  );
  return nodesOf(cluster.client);
}

async function declarations(): Promise<readonly unknown[]> {
  const { items } = await cluster.client.listAll(resources.nodePools);
  return items.map(({ metadata, spec }: KubeObject) => ({
    name: metadata.name,
    ours: Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith('zonewarden.io/')),
    spec,
  }));
}

const namesOf = (nodes: readonly NodeOrClaim[], keep: (node: NodeOrClaim) => boolean) =>
  nodes
    .filter(keep)
    .map(({ name, pool, zone }) => `${name} (${pool}, ${zone})`)
    .sort();
const mustStay = ({ pool, zone }: NodeOrClaim) => zone !== AWAY.name || STAYING.includes(pool);

it('nodes of the zone are replaced elsewhere, within the budgets of their NodePools, and only they', async () => {
  const { client } = cluster;
  await shiftAway(cluster.installation, AWAY.id);
  await untilChanged(cluster, POOLS);
  const since = recordStoredWith(cluster.audit, AWAY.id) ?? Number.NaN;
  // Empty nodes outside the zone, of NodePools that leave it and of those that stay.
  await Promise.all(['at-once', 'stays-unlisted'].map((pool) => scale(client, `${pool}-other`, 1)));

  const left = async () => byPool((await nodesOf(client)).filter(({ zone }) => zone === AWAY.name));
  const staying = Object.fromEntries(STAYING.map((pool) => [pool, IN_AWAY]));
  await waitFor(
    'the zone is left by those that are to leave it, and all pods run',
    async () => ({
      left: await left(),
      waiting: (await podsOf(client)).filter(({ phase }) => phase !== 'Running').length,
    }),
    (seen) => JSON.stringify(seen) === JSON.stringify({ left: staying, waiting: 0 }),
    { limitMs: 180_000, explain: cluster.explain },
  );
  const took = Date.now() - since;
  const looks = await driftLooks(cluster);
  await waitFor(
    'Karpenter has looked for more twice, and has found none',
    () => driftLooks(cluster),
    (now) => now >= looks + 2,
  );

  const now = await nodesOf(client);
  const known = new Set(before.map(({ name }) => name));
  expect(namesOf(now, (node) => known.has(node.name))).toEqual(namesOf(before, mustStay));
  expect(violations({ cluster, pools: STAYING, zone: AWAY.name, since })).toEqual([]);
  const launched = launchesIn(cluster.audit).filter(({ claimReceived }) => claimReceived > since);
  expect(launched.filter(({ pool, zone }) => zone === AWAY.name || !LEAVING.includes(pool))).toEqual([]);
  const commands = disruptionsOf(cluster, since);
  expect(commands.filter(({ reason }) => reason !== 'Drifted')).toEqual([]);
  expectOneByOne(since);
  console.info(
    `evacuation: ${LEAVING.length * IN_AWAY} nodes of ${before.length} left the zone in ${Math.round(took / 1000)} s; ` +
      `launched instead, by zone: ${JSON.stringify(byZone(launched.map(({ zone = '' }) => ({ zone }))))}; ` +
      `Karpenter: ${JSON.stringify(commands.map(({ decision, nodes }) => `${decision} ${nodes.length}`))}`,
  );

  const back = Date.now();
  await shiftBack(cluster.installation, AWAY.id);
  await waitFor(
    'NodePools are as they were declared, and no node of the zone is cordoned',
    async () => ({
      same: JSON.stringify(await declarations()) === JSON.stringify(declared),
      cordoned: namesOf(await nodesOf(client), ({ unschedulable }) => unschedulable),
    }),
    ({ same, cordoned }) => same && cordoned.length === 0,
  );
  expect(await driftedClaims(client)).toEqual([]);
  expect(disruptionsOf(cluster, back).filter(({ reason }) => reason === 'Drifted')).toEqual([]);
});

const byPool = (nodes: readonly NodeOrClaim[]) => countBy(nodes.map(({ pool }) => pool));

/** Of the NodePool whose budget is one node, the next is tainted when the last one was told to go. */
function expectOneByOne(since: number): void {
  const ofPool = launchesIn(cluster.audit).filter(({ pool }) => pool === 'one-by-one');
  const { tainted, deleted } = churnIn(cluster, since);
  const claimOf = (node: string): Launch | undefined => ofPool.find((launch) => launch.node === node);
  const spans = tainted.flatMap(({ node, at }) => {
    const claim = claimOf(node)?.claim;
    return claim === undefined ? [] : [{ node, at, gone: deleted.find((act) => act.node === claim)?.at }];
  });
  expect(spans).toHaveLength(IN_AWAY);
  const overlapping = spans.filter(({ at }, index) => index > 0 && at < (spans[index - 1]?.gone ?? Infinity));
  expect(overlapping).toEqual([]);
}
