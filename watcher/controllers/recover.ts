import { isNotFound } from '../../shared/kube/errors.ts';
import { pagesOf } from '../../shared/kube/list-pages.ts';
import type { ListQuery } from '../../shared/kube/query.ts';
import { resources } from '../../shared/kube/resource.ts';
import { completeRecovery } from '../../shared/record/end-of-impairment.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import type { RecordedZone, ZoneRecord } from '../../shared/record/zone-record.ts';
import { type ClaimView, isClaimIn, readClaim } from '../../shared/views/node-claim.ts';
import type { Controller } from '../term/controller.ts';
import type { TermScene } from '../term/scene.ts';
import { SinceSeen } from '../term/since-seen.ts';

/**
 * How long a zone's freeze may outlive the zone. Karpenter clears `Drifted` within a second or so of the list coming
 * back; a claim that drifts for its owner's reasons never clears, and must not freeze a NodePool for ever.
 */
export const RECOVERY_LIMIT_MS = 10 * 60 * 1000;

const TICK_MS = 1000;

type Scene = Pick<
  TermScene,
  'client' | 'records' | 'record' | 'pools' | 'claims' | 'progress' | 'facts' | 'now'
>;

/**
 * The second step of a recovery: after the first has reached every NodePool, and nothing is drifted any more. At the
 * time limit it comes all the same: one NodePool that can't be written must not freeze all the others for ever.
 */
export function createRecover(scene: Scene): Controller {
  const { record, claims, progress } = scene;
  /** The record says since when a zone recovers, unless an older version wrote it. */
  const since = new SinceSeen('recovering');
  return {
    name: 'recover',
    rank: 'shift',
    wokenBy: [record, claims, progress.pools],
    async reconcile(signal) {
      const current = record.current();
      if (current !== undefined) await completeRecoveries(scene, current, since, signal);
      return { againInMs: TICK_MS };
    },
  };
}

interface Recovery {
  readonly zone: RecordedZone;
  readonly why: 'nothing-drifted' | 'time-limit';
}

/** As the history has it. */
const BECAUSE = {
  'nothing-drifted': 'none of its nodes is drifted any more',
  'time-limit': 'the time limit of its recovery has come',
} as const;

async function completeRecoveries(
  scene: Scene,
  record: ZoneRecord,
  since: SinceSeen,
  signal: AbortSignal,
): Promise<void> {
  const done: Recovery[] = [];
  for (const recovery of recoveriesDone(scene, record, since)) {
    if (recovery.why === 'time-limit' || (await isConfirmed(scene, recovery.zone, record, signal)))
      done.push(recovery);
  }
  if (done.length === 0) return;
  const ids = done.map(({ zone }) => zone.id);
  const because = new Map(done.map(({ zone, why }) => [zone.id, BECAUSE[why]]));
  let isStillSo = false;
  await scene.records.update((stored) => {
    // Somebody wrote since we looked: look again next time.
    isStillSo = stored.generation === record.generation;
    return isStillSo ? completeRecovery(stored, ids, scene.now(), because) : stored;
  }, signal);
  // What was seen may be older than what this very controller wrote: a recovery is told by the write that completes it.
  if (isStillSo) for (const { zone, why } of done) scene.facts.tell('recovered', { zoneId: zone.id, why });
}

function recoveriesDone(scene: Scene, record: ZoneRecord, since: SinceSeen): readonly Recovery[] {
  const nowMs = scene.now();
  // A zone that has only expired has not had its first step yet.
  const recovering = record.zones.filter(({ state }) => state === 'recovering');
  since.keepOnly(recovering);
  return recovering.flatMap((zone): Recovery[] => {
    const sinceMs = since.msOf(record, zone.id, nowMs);
    if (nowMs - sinceMs >= RECOVERY_LIMIT_MS) return [{ zone, why: 'time-limit' }];
    const isDone = scene.progress.isSettled(record.generation) && isNothingDrifted(scene, zone, record);
    return isDone ? [{ zone, why: 'nothing-drifted' }] : [];
  });
}

/**
 * Asks for the zone's NodeClaims once before its freeze goes: a watch whose connection has died hears nothing for a while,
 * and without the freeze Karpenter would replace each node that is drifted.
 *
 * @throws KubeError
 */
async function isConfirmed(
  scene: Scene,
  { id, name }: RecordedZone,
  { generation }: ZoneRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const labelSelector = name === undefined ? `${ZONE_ID_KEY}=${id}` : `${ZONE_NAME_KEY}=${name}`;
  const readPage = (query: ListQuery) => scene.client.list(resources.nodeClaims, query, { signal });
  try {
    for await (const { items } of pagesOf(readPage, { labelSelector }))
      if (items.map(readClaim).some((claim) => isWaitedFor(scene, claim, generation))) return false;
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

/** Where there are no NodeClaims (the CRD is not there) none is drifted; while they are not known, some may be. */
function isNothingDrifted(scene: Scene, zone: RecordedZone, { generation }: ZoneRecord): boolean {
  const { claims } = scene;
  if (!claims.known) return claims.presence === 'absent';
  return !claims.all().some((claim) => isClaimIn(claim, zone) && isWaitedFor(scene, claim, generation));
}

/**
 * A claim of a NodePool that does not follow stays drifted, and so does its freeze. One of a NodePool that is being
 * deleted goes with it.
 */
function isWaitedFor(
  { pools, progress }: Scene,
  { isDrifted, nodePool }: ClaimView,
  generation: number,
): boolean {
  if (!isDrifted || nodePool === undefined) return isDrifted;
  const isOnItsWayOut = pools.get(nodePool)?.enforced.metadata.deletionTimestamp;
  return !isOnItsWayOut && !progress.stuck(generation).has(nodePool);
}
