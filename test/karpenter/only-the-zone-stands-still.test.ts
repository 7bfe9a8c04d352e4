import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { HELD_ANNOTATION } from '../../shared/views/held-mark.ts';
import { HOLDING_ANNOTATIONS } from '../../shared/views/holding-annotations.ts';
import { CORDONED_ANNOTATION } from '../../shared/views/node.ts';
import { shiftAway, shiftBack } from '../cluster/product/scenario.ts';
import { churnIn } from './churn.ts';
import { disruptionsOf, driftLooks } from './disruptions.ts';
import { launchesIn, recordStoredWith } from './launches.ts';
import { AWAY, type ProtectedCluster, startProtectedCluster, untilChanged } from './protected-cluster.ts';
import { countBy, driftedClaims, type NodeOrClaim, nodesOf } from './readers.ts';
import { violations } from './violations.ts';
import { waitFor } from './wait-for.ts';
import {
  AFFECTED,
  FLEET_CLUSTER,
  makeFleet,
  scaleRoaming,
  scaleZonal,
  scaleZonalUp,
  untilRunning,
} from './zone-fleet.ts';

/**
 * The default freeze on the real Karpenter: once each Node of the zone is held by itself, the NodePools thaw. From then on
 * none of those Nodes is touched, although all of them have drifted, nothing goes into the zone, and the healthy zones are
 * consolidated as on any other day. How long the zone is away is a setting.
 */
const SHIFT_MS = Number(process.env.ZONEWARDEN_SHIFT_MINUTES ?? '2') * 60_000;

let cluster: ProtectedCluster;
afterEach(() => cluster?.stop(), 60_000);

const zoneNodes = async () => (await nodesOf(cluster.client)).filter(({ zone }) => zone === AWAY.name);
const MARKS = [CORDONED_ANNOTATION, HELD_ANNOTATION, ...HOLDING_ANNOTATIONS];
const marksOf = ({ unschedulable, annotations }: NodeOrClaim) =>
  `${unschedulable ? 'cordoned' : 'open'}: ${MARKS.filter((name) => annotations[name] !== undefined).join(', ')}`;
const HELD = `cordoned: ${MARKS.join(', ')}`;
const OPEN = 'open: ';

const poolsNow = async () => (await cluster.client.listAll(resources.nodePools)).items;
const budgetsOf = (pools: readonly KubeObject[]) =>
  pools
    .filter(({ metadata: { name = '' } }) => (AFFECTED as readonly string[]).includes(name))
    .map(
      ({ spec }) =>
        JSON.stringify((spec as { disruption?: { budgets?: unknown } }).disruption?.budgets) ?? 'none',
    );
const FROZEN = JSON.stringify([{ nodes: '100%' }, { nodes: '0' }]);
const EAGER = JSON.stringify([{ nodes: '100%' }]);

const specsOf = (pools: readonly KubeObject[]) =>
  pools.map(({ metadata, spec }) => ({
    name: metadata.name,
    annotations: Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('zonewarden.io/')),
    spec,
  }));

it(
  'while the Nodes of the zone are held, healthy zones are consolidated, and nothing of the zone is touched',
  async () => {
    cluster = await startProtectedCluster(FLEET_CLUSTER, { watcherArgs: ['--calm', '0s'] });
    const { pools, nodes } = await makeFleet(cluster);
    const inZone = nodes.filter(({ zone }) => zone === AWAY.name).map(({ name }) => name);

    await shiftAway(cluster.installation, AWAY.id);
    await untilChanged(cluster, AFFECTED);
    const since = recordStoredWith(cluster.audit, AWAY.id) ?? Number.NaN;
    await waitFor('the Nodes of the zone are held', zoneNodes, (seen) =>
      seen.every((node) => marksOf(node) === HELD),
    );
    // It takes longer than that: Karpenter has to have heard of them.
    expect(budgetsOf(await poolsNow())).toEqual(AFFECTED.map(() => FROZEN));
    await waitFor(
      'the NodePools have thawed',
      async () => budgetsOf(await poolsNow()),
      (budgets) => budgets.every((each) => each === EAGER),
      { explain: cluster.explain },
    );
    const thawed = Date.now();
    await waitFor(
      'Karpenter holds every node of the zone for drifted',
      () => driftedClaims(cluster.client),
      (claims) => claims.length === inZone.length,
      { explain: cluster.explain },
    );

    const standstill = { cluster, pools: AFFECTED, zone: AWAY.name, since, inZoneOnly: true };
    const touched = async () => {
      const there = new Set((await nodesOf(cluster.client)).map(({ name }) => name));
      return [...violations(standstill), ...inZone.filter((name) => !there.has(name))];
    };
    const end = thawed + SHIFT_MS;
    let isWatched = true;
    const guard = async () => {
      for (; isWatched; await wait(1000)) expect(await touched()).toEqual([]);
    };
    const consolidated = () => {
      const launches = launchesIn(cluster.audit);
      return disruptionsOf(cluster, thawed)
        .flatMap(({ nodes: each }) => each)
        .flatMap((node) => launches.find((launch) => launch.node === node) ?? [])
        .filter(({ pool }) => (AFFECTED as readonly string[]).includes(pool));
    };
    let rounds = 0;
    const scaleDownAndUp = async () => {
      while (Date.now() < end || rounds === 0) {
        await scaleZonal(cluster, 1, 3);
        await scaleRoaming(cluster, 8);
        const before = consolidated().length;
        await waitFor(
          'healthy zones of the changed NodePools are consolidated',
          consolidated,
          (seen) => seen.length > before,
          { explain: cluster.explain, limitMs: 120_000 },
        );
        await scaleZonalUp(cluster);
        await scaleRoaming(cluster);
        await untilRunning(cluster, 60);
        rounds += 1;
      }
      isWatched = false;
    };
    await Promise.all([scaleDownAndUp(), guard()]);
    expect(await touched()).toEqual([]);
    const launched = launchesIn(cluster.audit).filter(({ claimReceived }) => claimReceived > since);
    const { placed } = churnIn(cluster, since);
    const gone = countBy(consolidated().map(({ zone = 'no zone' }) => zone));
    expect(Object.keys(gone)).not.toContain(AWAY.name);

    const back = Date.now();
    await shiftBack(cluster.installation, AWAY.id);
    await waitFor(
      'every node of the zone is as before',
      zoneNodes,
      (seen) =>
        seen.filter(({ deletedAt }) => deletedAt === undefined).every((node) => marksOf(node) === OPEN),
      { explain: cluster.explain },
    );
    const recovered = Date.now();
    expect(specsOf(await poolsNow())).toEqual(specsOf(pools));
    const looks = await driftLooks(cluster);
    await waitFor(
      'Karpenter has looked for drifted nodes three times more',
      () => driftLooks(cluster),
      (seen) => seen >= looks + 3,
      { explain: cluster.explain },
    );
    expect(disruptionsOf(cluster, back).filter(({ reason }) => reason === 'Drifted')).toEqual([]);
    console.info(
      `${((back - thawed) / 60_000).toFixed(1)} min after the thaw, which came ${((thawed - since) / 1000).toFixed(1)} s after the record: ` +
        `${inZone.length} nodes of the zone held and drifted, none touched; pods scaled down and up ${rounds} times ` +
        `(${placed.length} placed, ${launched.length} nodes launched, none of either in the zone); consolidated in ` +
        `healthy zones of the changed NodePools: ${JSON.stringify(gone)}; ${recovered - back} ms from the end of the ` +
        'shift until every Node was as before',
    );
  },
  SHIFT_MS + 600_000,
);
