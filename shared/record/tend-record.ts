import { sameJson } from '../json/same-json.ts';
import type { ZoneRules } from '../settings/zone-rules.ts';
import type { ArcGroup } from './arc-facts.ts';
import { asOneWrite } from './as-one-write.ts';
import { followParents } from './child-zones.ts';
import { expireSources } from './end-of-impairment.ts';
import { forgetAhead } from './forget-ahead.ts';
import { boundedReach, type Reach } from './reach.ts';
import { withinRoom } from './record-room.ts';
import { renameZones } from './rename-zones.ts';
import { applyRules } from './settle-reasons.ts';
import { withoutArc } from './without-arc.ts';
import type { UsedZones, ZoneRecord } from './zone-record.ts';
import { resolveStates } from './zone-states.ts';

/** What the leader knows beside the record. */
export interface TendScene {
  readonly rules: ZoneRules;
  readonly nowMs: number;
  nameOf(zoneId: string): string | undefined;
  /** Child zone ID to parent zone ID. */
  readonly parents: ReadonlyMap<string, string>;
  /** The zones that the cluster uses now; `undefined` while they are not known. */
  readonly used: UsedZones | undefined;
  /** Where the cluster has, or can get, something; `undefined` while the record's word on it stands. */
  readonly reach?: Reach | undefined;
  /** The parts of ARC's API that cannot be asked. */
  readonly mute: readonly ArcGroup[];
  /** The highest generation that a NodePool names. */
  readonly highestMark: number;
}

/**
 * All that changes in the record by itself: time passes, rules and names change, ARC falls silent. Pure, and the same
 * object comes back when there is nothing to do, so that it can be asked each second.
 */
export function tendRecord(record: ZoneRecord, around: TendScene): ZoneRecord {
  const { nameOf, parents, mute, highestMark } = around;
  const known = withReach(withUsed(record, around.used), around.reach);
  const present = forgetAhead(known, around.nowMs);
  const inRoom = withinRoom(present).record;
  const healed = inRoom === record ? record : resolveStates(record, inRoom, around);
  const expired = expireSources(healed, around);
  const ruled = applyRules(withoutArc(expired, mute, around), around);
  const named = renameZones(followParents(ruled, parents, around), nameOf, around);
  const tended = asOneWrite(present, raiseAbove(highestMark, named));
  return sameJson(tended, record) ? record : tended;
}

/** What is not known now was known before. */
function withUsed(record: ZoneRecord, used: UsedZones | undefined): ZoneRecord {
  if (used === undefined || Object.keys(used).length === 0 || sameJson(used, record.used)) return record;
  return { ...record, used };
}

function withReach(record: ZoneRecord, reach: Reach | undefined): ZoneRecord {
  if (reach === undefined) return record;
  const bounded = boundedReach(reach);
  return sameJson(bounded, record.reach) ? record : { ...record, reach: bounded };
}

/** A NodePool that names a newer generation than the record has would keep every webhook from changing it. */
export function raiseAbove(highest: number, record: ZoneRecord): ZoneRecord {
  return highest > record.generation ? { ...record, generation: highest + 1 } : record;
}
