import { markOfZone } from '../enforcement/declared-annotation.ts';
import { type OrderedZone, type Orders, showSources, showZone } from '../record/orders.ts';

/** A zone as the policy knows it: all it has to know to refuse, and to say why. */
export interface ZoneLiteral {
  readonly id: string;
  readonly name?: string;
  /** RFC 3339 in UTC, whole seconds: from then on a new object is let through. Absent: the zone has no known end. */
  readonly until?: string;
  /** How a NodePool's mark says that the zone is on its way back. */
  readonly back: string;
  /** `zone us-east-1a (use1-az1), impaired (autoshift since …)` */
  readonly text: string;
}

/** What the policy decides by. */
export interface FallbackLiterals {
  /** Generation of the record that they were made from. */
  readonly generation: number;
  readonly zones: readonly ZoneLiteral[];
  /** NodePools that are exempt: their NodeClaims are let through. Sorted. */
  readonly exemptNodePools: readonly string[];
  /** How many exempt NodePools have no room. Their NodeClaims are judged as any other's. */
  readonly leftOut: number;
}

/** The result of a message expression may have 5,120 bytes (k8s pkg/apis/cel/config.go); the rest of it is short. */
const TEXTS_BYTES = 4000;
const LONGEST_TEXT = 400;
/** An expression may have some 100,000 characters (cel-go, ExpressionSizeCodePointLimit). */
const EXEMPT_CHARACTERS = 60_000;

/**
 * The literals of a set: its impaired zones, and the NodePools that are exempt. While no zone is impaired nobody has to
 * be exempt from anything, and a NodePool that becomes so is no reason to write the policy.
 */
export function fallbackLiterals(set: Orders, exempt: Iterable<string>): FallbackLiterals {
  const impaired = set.zones.filter(({ state }) => state === 'impaired');
  const names = impaired.length === 0 ? [] : [...exempt].sort();
  const exemptNodePools = withinCharacters(names);
  return {
    generation: set.generation,
    zones: impaired.map((zone) => literalOf(zone, Math.min(LONGEST_TEXT, TEXTS_BYTES / impaired.length))),
    exemptNodePools,
    leftOut: names.length - exemptNodePools.length,
  };
}

function literalOf(zone: OrderedZone, bytes: number): ZoneLiteral {
  const { id, name } = zone;
  const until = latestEnd(zone);
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(until === undefined ? {} : { until }),
    back: markOfZone({ id, ...(name === undefined ? {} : { name }), state: 'recovering' }),
    text: shortened(`zone ${showZone(zone)}, impaired (${showSources(zone)})`, bytes),
  };
}

/**
 * When the last source of the zone ends; `undefined` where one has no end. Rounded down, as the API server does with the
 * creation time that it is compared with: up to a second too early, and never too late.
 */
function latestEnd({ sources }: OrderedZone): string | undefined {
  const ends = sources.map(({ until }) => (until === undefined ? Number.NaN : Date.parse(until)));
  const last = Math.max(...ends);
  if (!Number.isFinite(last)) return undefined;
  return new Date(last).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** On one line, as a message has to be, and of no more than so many bytes. */
function shortened(text: string, bytes: number): string {
  const line = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  let short = line;
  for (let length = Math.floor(bytes); Buffer.byteLength(short) > bytes && length > 0; length -= 1) {
    short = `${line.slice(0, length).toWellFormed()}…`;
  }
  return short;
}

function withinCharacters(names: readonly string[]): string[] {
  let left = EXEMPT_CHARACTERS;
  return names.filter((name) => {
    left -= name.length + 4;
    return left >= 0;
  });
}
