import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { shiftAway, shiftBack } from '../cluster/product/scenario.ts';
import { churnIn } from './churn.ts';
import { disruptionsOf, driftLooks } from './disruptions.ts';
import { launchesIn, recordStoredWith } from './launches.ts';
import { AWAY, type ProtectedCluster, startProtectedCluster, untilChanged } from './protected-cluster.ts';
import { countBy, driftedClaims, type NodeOrClaim, nodesOf } from './readers.ts';
import { type Standstill, violations } from './violations.ts';
import { waitFor } from './wait-for.ts';
import {
  AFFECTED,
  ELSEWHERE,
  FLEET_CLUSTER,
  makeFleet,
  scaleRoaming,
  scaleZonal,
  scaleZonalUp,
  untilRunning,
} from './zone-fleet.ts';

/**
 * A zone goes away and comes back while Karpenter's own loops run over 60 nodes, of NodePools that let it do whatever
 * it wants, and while pods go and come, so that nodes are empty and underused all the time. Judged by the API
 * server's audit log: what happens between two looks is seen too. How long the zone is away is a setting.
 */
const SHIFT_MS = Number(process.env.ZONEWARDEN_SHIFT_MINUTES ?? '1') * 60_000;
const LIMIT_MS = SHIFT_MS + 600_000;
const MARK = 'zonewarden.io/cordoned';

let cluster: ProtectedCluster;
afterEach(() => cluster?.stop(), 60_000);

const zoneNodes = async () => (await nodesOf(cluster.client)).filter(({ zone }) => zone === AWAY.name);
const cordonOf = ({ unschedulable, annotations }: NodeOrClaim) =>
  `${unschedulable ? 'cordoned' : 'open'}, mark: ${annotations[MARK] ?? 'none'}`;
const OURS = `cordoned, mark: ${AWAY.id}`;

/** Pods go and come until the window is over or the guard says stop. */
async function scaleDownAndUp(
  since: number,
  window: { readonly end: number; isOpen(): boolean },
): Promise<number> {
  /** How many nodes were emptied by moving their pods elsewhere, and are gone. */
  const moved = async () => {
    const there = new Set((await nodesOf(cluster.client)).map(({ name }) => name));
    return disruptionsOf(cluster, since)
      .flatMap(({ reason, nodes }) => (reason === 'Underutilized' ? nodes : []))
      .filter((name) => !there.has(name)).length;
  };
  let rounds = 0;
  while (window.isOpen()) {
    // Most of the room that this makes is in the zone; where else there is some, Karpenter may move pods to.
    await scaleZonal(cluster, 1, 3);
    const before = await moved();
    await waitFor(
      'consolidation outside the zone acts, or the window is over',
      moved,
      (count) => (rounds > 0 ? count > before || !window.isOpen() : count > 0),
      { explain: cluster.explain, limitMs: Math.max(120_000, window.end - Date.now() + 10_000) },
    );
    await untilRunning(cluster, 40);
    await scaleRoaming(cluster, 8);
    await scaleZonalUp(cluster);
    await untilRunning(cluster, 48);
    await scaleRoaming(cluster);
    await untilRunning(cluster, 60);
    rounds += 1;
  }
  return rounds;
}

/** Looks at everything again and again while the window is open; throws at the first thing that must not be. */
async function guard(standstill: Standstill, nodes: readonly NodeOrClaim[], end: number): Promise<void> {
  const frozen = nodes.filter(({ pool }) => pool !== ELSEWHERE).map(({ name }) => name);
  while (Date.now() < end) {
    expect(violations(standstill)).toEqual([]);
    const now = await nodesOf(cluster.client);
    expect(frozen.filter((name) => !now.some((node) => node.name === name))).toEqual([]);
    const notOurs = now.filter((node) => node.zone === AWAY.name && cordonOf(node) !== OURS);
    expect(notOurs.map((node) => `${node.name}: ${cordonOf(node)}`)).toEqual([]);
    await wait(1000);
  }
}

const specsOf = (pools: readonly KubeObject[]) =>
  pools.map(({ metadata, spec }) => ({ name: metadata.name, annotations: ours(metadata.annotations), spec }));
/** Karpenter has annotations of its own on NodePools. */
function ours(annotations: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(annotations).filter((key) => key.startsWith('zonewarden.io/'));
}

it(
  'during a shift no frozen node is touched and no pod goes into the zone, and nothing is replaced afterwards',
  async () => {
    cluster = await startProtectedCluster(FLEET_CLUSTER);
    const { pools, nodes } = await makeFleet(cluster);
    const inZone = nodes.filter(({ zone }) => zone === AWAY.name);
    const loopsBefore = await driftLooks(cluster);

    await shiftAway(cluster.installation, AWAY.id);
    await untilChanged(cluster, AFFECTED);
    const since = recordStoredWith(cluster.audit, AWAY.id) ?? Number.NaN;
    await waitFor('the zone is cordoned', zoneNodes, (seen) => seen.every((node) => cordonOf(node) === OURS));
    const drifted = await waitFor(
      'Karpenter holds every node of the zone for drifted',
      () => driftedClaims(cluster.client),
      (claims) => claims.length === inZone.length,
      { explain: cluster.explain },
    );
    expect(drifted.map(({ zone }) => zone)).toEqual(drifted.map(() => AWAY.name));

    const standstill = { cluster, pools: AFFECTED, zone: AWAY.name, since };
    const end = Date.now() + SHIFT_MS;
    let broken = false;
    const watched = guard(standstill, nodes, end).catch((error: unknown) => {
      broken = true;
      throw error;
    });
    const window = { end, isOpen: () => !broken && Date.now() < end };
    const [rounds] = await Promise.all([scaleDownAndUp(since, window), watched]);
    expect(violations(standstill)).toEqual([]);
    const loops = (await driftLooks(cluster)) - loopsBefore;
    const launched = launchesIn(cluster.audit).filter(({ claimReceived }) => claimReceived > since);
    const { placed } = churnIn(cluster, since);
    const away = disruptionsOf(cluster, since).flatMap(({ nodes }) => nodes).length;

    const back = Date.now();
    await shiftBack(cluster.installation, AWAY.id);
    await waitFor(
      'every node of the zone is open and without a mark',
      zoneNodes,
      (seen) =>
        seen
          .filter(({ deletedAt }) => deletedAt === undefined)
          .every((node) => cordonOf(node) === 'open, mark: none'),
      { explain: cluster.explain },
    );
    const recovered = Date.now();
    expect(specsOf((await cluster.client.listAll(resources.nodePools)).items)).toEqual(specsOf(pools));

    // Karpenter acts again: it takes the nodes that are really empty, and looks for drifted ones and finds none.
    const looks = await driftLooks(cluster);
    await waitFor(
      'Karpenter consolidates again, and has looked for drifted nodes three times more',
      async () => ({
        looks: await driftLooks(cluster),
        empty: disruptionsOf(cluster, back).filter(({ reason }) => reason === 'Empty').length,
      }),
      (seen) => seen.looks >= looks + 3 && seen.empty > 0,
      { explain: cluster.explain },
    );
    const after = disruptionsOf(cluster, back);
    expect(after.filter(({ reason }) => reason === 'Drifted')).toEqual([]);
    expect(await driftedClaims(cluster.client)).toEqual([]);
    expect(specsOf((await cluster.client.listAll(resources.nodePools)).items)).toEqual(specsOf(pools));
    console.info(
      `a shift of ${((back - since) / 60_000).toFixed(1)} min over ${nodes.length} nodes, ${inZone.length} of them in ` +
        `the zone: ${drifted.length} claims drifted, ${loops} loops of Karpenter, pods scaled down and up ${rounds} times ` +
        `(${placed.length} placed, ${launched.length} nodes launched, none of either in the zone), ${away} nodes ` +
        `consolidated of the NodePool ${ELSEWHERE}, none of the others; ${recovered - back} ms from the end of the ` +
        `shift to the last uncordon; afterwards: ${JSON.stringify(countBy(after.flatMap(({ reason, decision, nodes: each }) => each.map(() => `${reason}: ${decision}`))))}`,
    );
  },
  LIMIT_MS,
);

it('without freeze and cordon the nodes of the zone are replaced: the control', async () => {
  const freeze = ['--freeze', 'none'];
  const without = { webhookArgs: freeze, watcherArgs: [...freeze, '--cordon', 'off'] };
  cluster = await startProtectedCluster(FLEET_CLUSTER, without);
  await makeFleet(cluster);
  await shiftAway(cluster.installation, AWAY.id);
  await untilChanged(cluster, AFFECTED);
  const since = recordStoredWith(cluster.audit, AWAY.id) ?? Number.NaN;
  const standstill = { cluster, pools: AFFECTED, zone: AWAY.name, since };
  const churned = await waitFor(
    'a node of the zone is replaced',
    () => violations(standstill),
    (seen) => seen.some((line) => line.includes('deleted')),
    { explain: cluster.explain },
  );
  const kinds = countBy(churned.map((line) => (line.startsWith('Karpenter tainted') ? 'tainted' : 'other')));
  console.info(`control: ${JSON.stringify(kinds)}; ${churned.slice(0, 3).join('; ')}`);
  expect(churned.filter((line) => line.startsWith('Karpenter tainted'))[0]).toContain(AWAY.name);
  expect(churned.filter((line) => line.startsWith('Karpenter: ')).length).toBeGreaterThan(0);
});
