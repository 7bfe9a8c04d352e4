import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../shared/kube/resource.ts';
import { shiftAway } from '../cluster/product/scenario.ts';
import { type Launch, launchesIn, recordStoredWith, refusedClaims } from './launches.ts';
import { kwokNodePool, OPEN_SHAPES } from './node-pools.ts';
import { AWAY, type ProtectedCluster, startProtectedCluster, untilRecordRead } from './protected-cluster.ts';
import { podsOf } from './readers.ts';
import { waitFor } from './wait-for.ts';
import { createWorkloads, workload } from './workloads.ts';

/**
 * A zone goes away while Karpenter is making nodes for 100 pods that arrive in waves. The zone is the cheapest one, so
 * that every launch that may go there does. A machine takes two seconds from its launch to its Node: those that were
 * on their way when the record was written join the zone afterwards.
 */
const WAVES = 20;
const PODS_A_WAVE = 5;
const pools = ['no-zone-key', 'list-by-name'];

let cluster: ProtectedCluster;

beforeAll(async () => {
  cluster = await startProtectedCluster({
    instanceTypes: { cpus: [4], cheapestZone: AWAY.name },
    nodeRegistrationDelay: '2s',
    env: { BATCH_IDLE_DURATION: '200ms', BATCH_MAX_DURATION: '1s' },
  });
});
afterAll(() => cluster?.stop());

/** Creates the waves, each as soon as the claims of the last but one are there: Karpenter always has work. */
async function pour(shiftAtWave: number): Promise<void> {
  let shift: Promise<void> | undefined;
  for (let wave = 0; wave < WAVES; wave += 1) {
    const pool = pools[wave % pools.length] ?? '';
    await createWorkloads(cluster.client, [workload(`wave-${wave}`, { replicas: PODS_A_WAVE, pool })]);
    if (wave === shiftAtWave) shift = shiftAway(cluster.installation, AWAY.id);
    await waitFor(
      `the claims of wave ${wave - 1} are there`,
      () => launchesIn(cluster.audit).length,
      (claims) => claims >= (wave - 1) * PODS_A_WAVE,
      { explain: cluster.explain, everyMs: 20 },
    );
  }
  await shift;
}

it('only what was claimed before the record was known comes up in the zone', async () => {
  for (const pool of pools)
    await cluster.client.create(resources.nodePools, kwokNodePool(pool, OPEN_SHAPES[pool]));
  await pour(8);
  await waitFor(
    'all pods run',
    async () => (await podsOf(cluster.client)).filter(({ phase }) => phase === 'Running').length,
    (running) => running === WAVES * PODS_A_WAVE,
    { explain: cluster.explain },
  );
  const launches = await waitFor(
    'every claim has its node',
    () => launchesIn(cluster.audit),
    (seen) => seen.every(({ zone }) => zone !== undefined),
  );

  const stored = recordStoredWith(cluster.audit, AWAY.id) ?? 0;
  const read = await untilRecordRead(cluster, AWAY.id);
  const inZone = launches.filter(({ zone }) => zone === AWAY.name);
  const late = inZone.filter(({ nodeStored = 0 }) => nodeStored > stored);
  const between = inZone.filter(({ claimReceived }) => claimReceived > stored);
  const podsInZone = (await podsOf(cluster.client)).filter(({ zone }) => zone === AWAY.name).length;
  console.info(
    `burst: ${launches.length} nodes for ${WAVES * PODS_A_WAVE} pods, ${podsInZone} of which run in the zone; ${inZone.length} nodes in the zone, ${late.length} of which joined after the record ` +
      `was written, the last ${Math.round(lastOf(late) - stored)} ms after; ${between.length} of their claims were ` +
      `created after the record was written, which the webhook had read ${Math.round(read - stored)} ms after it was ` +
      `stored; ${refusedClaims(cluster.audit).length} claims refused`,
  );
  // The burst did reach the zone, some of it late, and it went on elsewhere.
  expect(inZone.length).toBeGreaterThan(0);
  expect(late.length).toBeGreaterThan(0);
  expect(launches.length - inZone.length).toBeGreaterThan(0);
  // Not a single claim that was created after the webhook knew; and so every late node has an older claim.
  expect(inZone.filter(({ claimReceived }) => claimReceived > read)).toEqual([]);
  expect(launches.filter(({ claimReceived }) => claimReceived > read).length).toBeGreaterThan(0);
});

function lastOf(launches: readonly Launch[]): number {
  return Math.max(...launches.map(({ nodeStored = 0 }) => nodeStored));
}
