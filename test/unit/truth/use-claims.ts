import { isElsewhere } from '../../../shared/record/use-of-zone.ts';
import { countedAt, type RecordedZone, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { claim, keep, stamp } from './claims.ts';
import type { WatcherModel, Writer } from './watcher-model.ts';

const SECOND = 1000;
/** The leader's round, and the time that its clock may take to it. */
const ROUND_MS = 3 * SECOND;

/** What a write has to keep of the use of zones, whoever wrote. */
export function claimUse(before: ZoneRecord, record: ZoneRecord, how: Writer, clockMs: number): void {
  for (const zone of record.zones) {
    const was = before.zones.find(({ id }) => id === zone.id);
    if (was === zone) continue;
    const details = { was, zone, reach: record.reach, how };
    const counted = countedAt(zone, clockMs);
    claim(
      zone.state !== 'elsewhere' || isElsewhere(zone),
      'a zone is elsewhere and its use says otherwise',
      details,
    );
    if (counted.length === 0) {
      claim(zone.use === undefined, 'a zone is used for nothing that counts', details);
      continue;
    }
    const wasUsed = was?.use === 'used' && was.why !== 'a person forced it';
    claim(!wasUsed || zone.use === 'used', 'a zone that was used is forgotten during its shift', details);
    const isThere = record.reach !== undefined && Object.hasOwn(record.reach.zones, zone.id);
    const mayBeUsed = isThere || wasUsed || counted.some(({ forced }) => forced);
    claim(zone.use !== 'used' || mayBeUsed, 'a zone is used in which nothing is', details);
    const isKnown = record.reach !== undefined && record.reach.unknown === undefined;
    claim(!isElsewhere(zone) || (isKnown && !isThere), 'a zone is elsewhere that may be used', details);
  }
}

/** Watches that zones follow what the cluster uses, soon after it changes. */
export class UseClaims {
  readonly #behind = new Map<string, number>();

  /** Whether a zone that is shifted away concerns the cluster, as far as anybody can tell. */
  static concerns(watcher: WatcherModel, id: string, nowMs: number): boolean {
    const { subnets, blindUntilMs } = watcher;
    return subnets === undefined || subnets.has(id) || nowMs < blindUntilMs;
  }

  /** Time has come to a moment. Nothing is claimed of the time in which nobody leads. */
  reached(watcher: WatcherModel, nowMs: number): void {
    const { record } = watcher;
    for (const zone of record.zones) {
      const isLate = isBehind(zone, UseClaims.concerns(watcher, zone.id, nowMs));
      const since = Math.max(keep(this.#behind, zone.id, isLate, nowMs), watcher.leaderFromMs);
      claim(nowMs - since <= ROUND_MS, 'a zone does not follow what the cluster uses', {
        zone,
        reach: record.reach,
        since: stamp(since),
        now: stamp(nowMs),
      });
    }
    for (const id of this.#behind.keys())
      if (!record.zones.some((zone) => zone.id === id)) this.#behind.delete(id);
  }
}

/** Elsewhere although it concerns the cluster, or enforced for want of knowledge that is there. */
function isBehind(zone: RecordedZone, concerns: boolean): boolean {
  if (concerns) return isElsewhere(zone);
  return zone.state === 'impaired' && zone.use !== 'used';
}
