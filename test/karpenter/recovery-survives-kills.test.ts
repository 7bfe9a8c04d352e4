import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { autoshiftEvent } from '../../demo/events.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { type ResourceType, resources } from '../../shared/kube/resource.ts';
import { ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { HELD_ANNOTATION } from '../../shared/views/held-mark.ts';
import { recordOf } from '../cluster/product/scenario.ts';
import { scrape } from '../installation/scrape.ts';
import { KWOK_ZONE_NAMES } from '../karpenter-kwok/zones.ts';
import { driftLooks } from './disruptions.ts';
import { isIn, kwokNodePool } from './node-pools.ts';
import { AWAY, type ProtectedCluster, startProtectedCluster } from './protected-cluster.ts';
import { byZone, driftedClaims, nodesOf, podsOf } from './readers.ts';
import { violations } from './violations.ts';
import { waitFor } from './wait-for.ts';
import { createWorkloads, workload } from './workloads.ts';

/**
 * A zone comes back in steps: it is recovering in the record, in the lists, not drifted for Karpenter, out of the
 * record, the freeze is out, the Nodes are uncordoned. Each test holds the recovery before one of these steps, by
 * taking away what the step needs, kills the watcher (SIGKILL) there, and gives it back. NodePools let Karpenter
 * replace every drifted node at once.
 *
 * As it is, the shift ends within the calm, while NodePools are frozen. By hand, with ZONEWARDEN_CALM=0s, they have thawed
 * before it ends, and nothing but what holds each Node keeps Karpenter from it.
 */
const CALM = process.env.ZONEWARDEN_CALM ?? '5m';
const FROZEN = CALM === '0s' ? 0 : 2;
const POOLS = ['listed', 'unlisted'];
const PODS_A_ZONE = 2;
const PATCH_NODES = { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] };
const budgets = [{ nodes: '100%' }];
const disruption = { consolidationPolicy: 'WhenEmpty', consolidateAfter: 'Never', budgets };

const rulesSchema = z.object({ rules: z.array(z.looseObject({})) });

let cluster: ProtectedCluster;
let declared: unknown;
let names: readonly string[];
let foreign: string;
/** How many Nodes of the zone are ours to cordon: all but the one that somebody else has. */
let ours: number;
let settledAt: number;
let granted: readonly unknown[];

beforeAll(async () => {
  // What a killed process had received comes again after this time.
  const watcherArgs = ['--visibility-seconds', '2', '--calm', CALM];
  cluster = await startProtectedCluster({ instanceTypes: { cpus: [4] } }, { watcherArgs });
  const { client } = cluster;
  const requirements = [isIn(ZONE_NAME_KEY, KWOK_ZONE_NAMES)];
  await client.create(resources.nodePools, kwokNodePool('listed', { requirements, disruption }));
  await client.create(resources.nodePools, kwokNodePool('unlisted', { disruption }));
  const workloads = POOLS.flatMap((pool) =>
    KWOK_ZONE_NAMES.map((zone) =>
      workload(`${pool}-${zone}`, { replicas: PODS_A_ZONE, pool, preferredZone: zone }),
    ),
  );
  await createWorkloads(client, workloads);
  const all = workloads.length * PODS_A_ZONE;
  await waitFor(
    `${all} pods run, some in each zone`,
    async () => byZone((await podsOf(client)).filter(({ phase }) => phase === 'Running')),
    (zones) =>
      KWOK_ZONE_NAMES.every((zone) => zones[zone] !== undefined) &&
      Object.values(zones).reduce((sum, count) => sum + count, 0) === all,
    { explain: cluster.explain },
  );
  await waitFor(
    'every node is initialized',
    () => nodesOf(client),
    (nodes) => nodes.every(({ labels }) => labels['karpenter.sh/initialized'] === 'true'),
  );
  const nodes = await nodesOf(client);
  names = nodes.map(({ name }) => name).sort();
  // Somebody else's cordon, in the zone.
  const [one, ...others] = nodes.filter(({ zone }) => zone === AWAY.name);
  foreign = one?.name ?? '';
  // Pods prefer their zones, no more: how many nodes each has is the scheduler's to say.
  ours = others.length;
  expect(ours).toBeGreaterThan(0);
  await cluster.controlPlane.kubectl(['cordon', foreign]);
  granted = rulesSchema.parse(await client.get(clusterRoles, { name: 'zonewarden' })).rules;
  expect(granted).toContainEqual(PATCH_NODES);
  declared = await declarations();
  settledAt = Date.now();
});
afterAll(() => cluster?.stop());

let clock = Date.now();
/** Events carry seconds: each is later than the one before. */
async function send(type: 'Autoshift In Progress' | 'Autoshift Completed'): Promise<void> {
  clock = Math.max(clock + 1000, Date.now());
  await cluster.installation.queue.send(autoshiftEvent(type, AWAY.id, new Date(clock)));
}

async function killAndRestart(): Promise<void> {
  const { watcher } = cluster.installation;
  await watcher.stop('SIGKILL');
  await watcher.start();
}

const poolObjects = async () => (await cluster.client.listAll(resources.nodePools)).items;
const declarations = async () =>
  (await poolObjects()).map(({ metadata, spec }) => ({
    name: metadata.name,
    ours: Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('zonewarden.io/')),
    spec,
  }));

/** How far the zone is, in words that failures show. */
async function state() {
  const nodes = await nodesOf(cluster.client);
  const pools = await poolObjects();
  const entry = (await recordOf(cluster.installation))[AWAY.id];
  return {
    record: entry === undefined ? 'none' : /state: (\w+)/.exec(entry)?.[1],
    frozen: pools.filter(({ spec }) => JSON.stringify(spec).includes('{"nodes":"0"}')).length,
    openToZone: pools.filter((pool) => isOpen(pool)).length,
    drifted: (await driftedClaims(cluster.client)).length,
    held: nodes.filter(({ annotations }) => annotations[HELD_ANNOTATION] !== undefined).length,
    ours: nodes.filter(({ annotations }) => annotations['zonewarden.io/cordoned'] !== undefined).length,
    cordoned: nodes.filter(({ unschedulable }) => unschedulable).length,
  };
}
type State = Awaited<ReturnType<typeof state>>;

function isOpen({ metadata, spec }: KubeObject): boolean {
  const text = JSON.stringify(spec);
  return metadata.name === 'listed' ? text.includes(AWAY.name) : !text.includes('NotIn');
}

const untilState = (what: string, wanted: Partial<State>, everyMs = 50) =>
  waitFor(
    what,
    state,
    (seen) => Object.entries(wanted).every(([key, value]) => seen[key as keyof State] === value),
    { everyMs, limitMs: 60_000, explain: cluster.explain },
  );

/** Looks for as long as the leader needs for three of its rounds: it must not get further than this. */
async function expectHeld(heldAt: Partial<State>): Promise<void> {
  const { watcherOpsUrl } = cluster.installation;
  await waitFor(
    'the watcher leads',
    async () => (await scrape(watcherOpsUrl)).sum('zonewarden_leader'),
    (leads) => leads === 1,
    { everyMs: 50 },
  );
  const end = Date.now() + 3000;
  while (Date.now() < end) {
    expect(await state()).toMatchObject(heldAt);
    await wait(100);
  }
}

const inZone = () =>
  cluster.client.listAll(resources.nodes, { labelSelector: `${ZONE_NAME_KEY}=${AWAY.name}` });

async function untilAway(): Promise<void> {
  const { length } = (await inZone()).items;
  await untilState('the zone is away, and Karpenter holds its nodes for drifted', {
    ...{ record: 'impaired', frozen: FROZEN, openToZone: 0 },
    ...{ drifted: length, ours: length - 1, cordoned: length, held: length },
  });
}

async function expectAllBack(): Promise<void> {
  const back = {
    record: 'none',
    frozen: 0,
    openToZone: POOLS.length,
    drifted: 0,
    ours: 0,
    cordoned: 1,
    held: 0,
  };
  await untilState('everything is as it was', back);
  expect(await declarations()).toEqual(declared);
  // What Karpenter made of it: nothing, after it had looked for drifted nodes without a freeze.
  const looks = await driftLooks(cluster);
  await waitFor(
    'Karpenter has looked for drifted nodes again',
    () => driftLooks(cluster),
    (now) => now > looks,
  );
  await expectNothingTouched();
  const [other] = (await nodesOf(cluster.client)).filter(({ unschedulable }) => unschedulable);
  expect(other?.name).toBe(foreign);
  expect(cluster.installation.watcher.lines().filter(({ level }) => level === 'fatal')).toEqual([]);
}

async function expectNothingTouched(): Promise<void> {
  const standstill = { cluster, pools: POOLS, zone: AWAY.name, since: settledAt };
  expect(violations(standstill)).toEqual([]);
  expect((await nodesOf(cluster.client)).map(({ name }) => name).sort()).toEqual(names);
}

const karpenter = (signal: 'SIGSTOP' | 'SIGCONT') => process.kill(cluster.karpenter.pid, signal);

const clusterRoles: ResourceType = {
  ...{ group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles' },
  ...{ kind: 'ClusterRole', namespaced: false },
};
async function mayPatchNodes(may: boolean): Promise<void> {
  const rules = may ? granted : granted.filter((rule) => !isDeepStrictEqual(rule, PATCH_NODES));
  await cluster.client.patch(clusterRoles, { name: 'zonewarden' }, { kind: 'merge', body: { rules } });
}

/** Whatever was taken away. */
async function giveBack(): Promise<void> {
  const { webhook, watcher } = cluster.installation;
  karpenter('SIGCONT');
  if (!webhook.isRunning()) await webhook.start();
  await mayPatchNodes(true);
  if (!watcher.isRunning()) await watcher.start();
}
afterEach(giveBack);

interface Hold {
  readonly step: string;
  /** Ends the shift and holds the recovery just before the step. */
  reach(): Promise<void>;
  /** How it stands there, until what was taken away is given back. */
  heldAt(): Partial<State>;
}

const holds: readonly Hold[] = [
  {
    step: 'the zone goes back into the lists',
    async reach() {
      await cluster.installation.webhook.stop('SIGKILL');
      await send('Autoshift Completed');
    },
    heldAt: () => ({ record: 'recovering', frozen: FROZEN, openToZone: 0 }),
  },
  {
    step: 'Karpenter clears Drifted',
    async reach() {
      // Stopped, not killed: it will go on with queues and caches as old as they are.
      karpenter('SIGSTOP');
      await send('Autoshift Completed');
    },
    heldAt: () => ({ record: 'recovering', frozen: FROZEN, openToZone: 2 }),
  },
  {
    step: 'the freeze goes',
    async reach() {
      karpenter('SIGSTOP');
      await send('Autoshift Completed');
      await untilState('the zone is in the lists', { record: 'recovering', openToZone: 2 });
      await cluster.installation.webhook.stop('SIGKILL');
      karpenter('SIGCONT');
    },
    heldAt: () => ({ record: 'none', frozen: FROZEN, openToZone: 2, drifted: 0 }),
  },
  {
    step: 'the Nodes are uncordoned',
    async reach() {
      await mayPatchNodes(false);
      await send('Autoshift Completed');
    },
    heldAt: () => ({ record: 'none', frozen: 0, openToZone: 2, drifted: 0, ours }),
  },
];

describe.each(holds)('the watcher is killed before $step', ({ reach, heldAt }) => {
  it('and everything ends as it would have', async () => {
    await send('Autoshift In Progress');
    await untilAway();
    await reach();
    await untilState('the recovery is held', heldAt());
    await killAndRestart();
    await expectHeld(heldAt());
    await cluster.installation.watcher.stop('SIGKILL');
    await giveBack();
    await expectAllBack();
  });

  it('and a second shift of the zone begins there', async () => {
    const { watcher } = cluster.installation;
    await send('Autoshift In Progress');
    await untilAway();
    await reach();
    await untilState('the recovery is held', heldAt());
    await watcher.stop('SIGKILL');
    await send('Autoshift In Progress');
    await watcher.start();
    await untilState('the second shift is in the record', { record: 'impaired' });
    await killAndRestart();
    await giveBack();
    await untilAway();
    await expectNothingTouched();
    await send('Autoshift Completed');
    await expectAllBack();
  });
});
