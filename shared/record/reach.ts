import { cut } from './bounded-text.ts';
import { ZONE_ID_PATTERN } from './zone-keys.ts';

/**
 * Whether the cluster has, or can get, something in a zone. `unknown`: nobody knows, and unknown is not none. `elsewhere`:
 * it is known that it has nothing there.
 */
export type ZoneUse = 'used' | 'unknown' | 'elsewhere';

/** A zone in which the cluster has, or can get, something. */
export interface ReachedZone {
  /** Its name in this account; absent where nothing tells it. */
  readonly name?: string;
  /** What of the cluster is there, in words: `EC2NodeClass default has a subnet there`. */
  readonly by: string;
}

/** Where the cluster has, or can get, something. */
export interface Reach {
  /** Why this is not all of it, in words. Absent: everything that the cluster uses is known. */
  readonly unknown?: string;
  /** By zone ID. */
  readonly zones: Readonly<Record<string, ReachedZone>>;
  /** By the name of a zone whose ID nobody knows: what names it. It may be any zone without a name. */
  readonly names: Readonly<Record<string, string>>;
}

/** No cluster uses so many zones. Who may write NodePools or label Nodes can name as many as they like. */
const MOST_PLACES = 64;
const WORDS_BYTES = 160;
const NAME_LENGTH = 63;

/**
 * A reach that the record has room for. Of one with more zones than any cluster has nothing is left out in silence: it is
 * not known. Bounding twice changes nothing more.
 */
export function boundedReach({ unknown, zones, names }: Reach): Reach {
  const some = Object.entries(zones).filter(
    ([id, { name = '' }]) => ZONE_ID_PATTERN.test(id) && name.length <= NAME_LENGTH,
  );
  const named = Object.entries(names).filter(([name]) => name.length <= NAME_LENGTH);
  const kept = sorted(some).slice(0, MOST_PLACES);
  const keptNames = sorted(named).slice(0, MOST_PLACES);
  const isWhole = kept.length === Object.keys(zones).length && keptNames.length === Object.keys(names).length;
  const why = unknown ?? (isWhole ? undefined : 'more zones are named than any cluster has');
  return {
    ...(why === undefined ? {} : { unknown: cut(why, WORDS_BYTES) }),
    zones: Object.fromEntries(kept.map(([id, zone]) => [id, { ...zone, by: cut(zone.by, WORDS_BYTES) }])),
    names: Object.fromEntries(keptNames.map(([name, by]) => [name, cut(by, WORDS_BYTES)])),
  };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
}
