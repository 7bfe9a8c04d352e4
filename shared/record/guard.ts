import { isElsewhere } from './use-of-zone.ts';
import type { RecordedZone, UsedZones } from './zone-record.ts';

/** A zone that would be impaired. */
export interface GuardedZone {
  readonly id: string;
  /** It is enforced already. */
  readonly standing: boolean;
  /** An operator's shift that was forced past the guard. */
  readonly forced: boolean;
  /** RFC 3339 time of its oldest source. */
  readonly since: string;
}

/**
 * How many of the used zones may be impaired at once, so that something is left to launch in. Without rules to the
 * contrary one zone is always left. `undefined`: nobody knows which zones the cluster uses, and nothing is held back.
 */
export function guardLimit(
  used: UsedZones | undefined,
  maxImpairedZones: number | undefined,
): number | undefined {
  if (used === undefined || Object.keys(used).length === 0) return undefined;
  return maxImpairedZones ?? Object.keys(used).length - 1;
}

/**
 * The zones that the guard counts. One that is elsewhere is none of them, whatever EC2NodeClass that no NodePool refers to
 * has a subnet there: nothing could be launched in it.
 */
export function usedByGuard(
  used: UsedZones | undefined,
  zones: readonly RecordedZone[],
): UsedZones | undefined {
  const elsewhere = zones.filter(isElsewhere).map(({ id }) => id);
  if (used === undefined || !elsewhere.some((id) => Object.hasOwn(used, id))) return used;
  return Object.fromEntries(Object.entries(used).filter(([id]) => !elsewhere.includes(id)));
}

/**
 * Which of the zones the guard holds back, by ID. Zones that the cluster does not use are enforced and do not count. What
 * is forced comes first, then what is enforced already, then what came first.
 */
export function heldBack(
  zones: readonly GuardedZone[],
  used: UsedZones | undefined,
  maxImpairedZones: number | undefined,
): ReadonlySet<string> {
  const limit = guardLimit(used, maxImpairedZones);
  if (limit === undefined) return new Set();
  const counted = zones.filter(({ id }) => used !== undefined && Object.hasOwn(used, id)).sort(byClaim);
  return new Set(counted.filter((zone, index) => !zone.forced && index >= limit).map(({ id }) => id));
}

function byClaim(left: GuardedZone, right: GuardedZone): number {
  if (left.forced !== right.forced) return left.forced ? -1 : 1;
  if (left.standing !== right.standing) return left.standing ? -1 : 1;
  const earlier = Date.parse(left.since) - Date.parse(right.since);
  return earlier !== 0 ? earlier : left.id < right.id ? -1 : 1;
}
