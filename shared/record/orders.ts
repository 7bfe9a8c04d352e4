import { cut, KIND_BYTES } from './bounded-text.ts';
import { TIME_LENGTH } from './record-time.ts';

/** Why a zone counts as impaired. Open by design: a later source adds its kind here (docs/sources.md). */
export type SourceKind = string;

/** One reason why a zone is impaired: it ends alone, and the zone is back only when all its sources ended. */
export interface ZoneSource {
  /** Stable identity of the reason, e.g. `autoshift/region` or `autoshift/<resource>`. */
  readonly id: string;
  readonly kind: SourceKind;
  /** RFC 3339 time of the event that started it. */
  readonly since: string;
  /** RFC 3339 time at which it ends by itself; absent when it is open-ended, as autoshifts are. */
  readonly until?: string;
}

/**
 * `impaired`: taken out of every list. `recovering`: back in the lists, while the freeze on disruption stays
 * until Karpenter no longer sees the zone's nodes as drifted (design: recovery is two writes).
 */
export type ZoneState = 'impaired' | 'recovering';

export interface OrderedZone {
  /** Zone ID, e.g. `use1-az1`. */
  readonly id: string;
  /** Zone name in this account, e.g. `us-east-1a`; absent while nothing in the cluster maps the ID. */
  readonly name?: string;
  readonly state: ZoneState;
  readonly sources: readonly ZoneSource[];
  /** Absent: no NodePool is. */
  readonly thawed?: Thawed;
}

/**
 * The NodePools, by name, whose Nodes in the zone are held one by one, so that the NodePools need not be frozen for it
 * (mode `zone`). Whoever is not named is frozen.
 */
export type Thawed = 'all' | readonly string[];

/** Whether a NodePool need not be frozen for a zone. */
export function isThawed({ thawed }: Pick<OrderedZone, 'thawed'>, nodePool: string): boolean {
  return thawed !== undefined && (thawed === 'all' || thawed.includes(nodePool));
}

/**
 * What enforcement decides by. `generation` orders sets: it grows with every change that enforcement can see,
 * so that of two replicas with different sets the older one can know that it is older.
 */
export interface Orders {
  readonly generation: number;
  /** Sorted by zone ID. */
  readonly zones: readonly OrderedZone[];
  /** Absent where there are none. */
  readonly elsewhere?: ZonesElsewhere;
}

/**
 * Zones that would be impaired, and in which the cluster has nothing. They concern an object that names one of them, and
 * no other.
 */
export interface ZonesElsewhere {
  readonly zones: readonly OrderedZone[];
  /** Names of zones whose IDs are known: none of them is the name of a zone here that has none. */
  readonly knownNames: readonly string[];
}

/** A zone in words, always by both names: `us-east-1a (use1-az1)`. */
export function showZone(zone: { readonly id: string; readonly name?: string }): string {
  return zone.name === undefined ? `${zone.id} (zone name unknown)` : `${zone.name} (${zone.id})`;
}

/** So many reasons are named, the oldest first. Whoever writes to the queue can give a zone more than anybody reads. */
const MOST_SHOWN = 5;

/** The reasons in words: `autoshift since 2026-11-21T04:00:00Z`. */
export function showSources(zone: OrderedZone): string {
  return zone.sources.length === 0 ? 'no active source' : sourcesInWords(zone).join(', ');
}

/** Each reason in words, and how many more there are. */
export function sourcesInWords({ sources }: Pick<OrderedZone, 'sources'>): string[] {
  const shown = shownSources(sources).map(({ kind, since, until }) => {
    const end = until === undefined ? '' : ` until ${cut(until, TIME_LENGTH)}`;
    return `${cut(kind, KIND_BYTES)} since ${cut(since, TIME_LENGTH)}${end}`;
  });
  return sources.length > shown.length ? [...shown, `${sources.length - shown.length} more`] : shown;
}

/** The reasons that are named where not all can be: those that count longest, in the order of the record. */
export function shownSources<Source extends ZoneSource>(sources: readonly Source[]): readonly Source[] {
  if (sources.length <= MOST_SHOWN) return sources;
  const bySince = [...sources].sort((left, right) => Date.parse(left.since) - Date.parse(right.since));
  const oldest = new Set(bySince.slice(0, MOST_SHOWN));
  return sources.filter((source) => oldest.has(source));
}
