import { sameJson } from '../json/same-json.ts';
import type { OrderedZone, Orders, ZoneSource } from './orders.ts';
import type { Reach, ZoneUse } from './reach.ts';

/**
 * Who told of a source, and who may therefore end it. `event`: a message in the queue. `arc`: ARC's API. `operator`: a
 * person. `derived`: it follows from other entries of the record.
 */
export type SourceChannel = 'event' | 'arc' | 'operator' | 'derived';

/**
 * Why a source makes no zone impaired. `recorded`: the rules say so. `not-applied`: ARC has it and does not apply it,
 * because another shift of the resource goes first. `pending`: an event that is old, or speaks of a resource that may
 * not be ours; ARC's API has to confirm it.
 */
export type SourceStanding = 'recorded' | 'not-applied' | 'pending';

/** A source as the record keeps it. */
export interface RecordedSource extends ZoneSource {
  /** RFC 3339 time of the newest start event; absent when it is `since`. A late end of an earlier start is known by it. */
  readonly lastStart?: string;
  /** Absent: `event`. */
  readonly via?: SourceChannel;
  /** Absent: it counts. */
  readonly standing?: SourceStanding;
  /** Of what ARC told: an event told of it as well. */
  readonly heard?: boolean;
  /** RFC 3339 time of the first look at ARC's API that did not find it any more. */
  readonly absentSince?: string;
  /** The person behind an operator's shift, the reason that was given, and whether it may pass the guard. */
  readonly by?: string;
  readonly reason?: string;
  readonly forced?: boolean;
}

/**
 * `impaired` and `recovering` are enforced (see ZoneState). `recorded`: nothing that counts stands behind it. `held`: it
 * would be impaired, and the guard keeps it from being so. `elsewhere`: it would be impaired, and the cluster has nothing
 * there.
 */
export type RecordedState = 'impaired' | 'recovering' | 'recorded' | 'held' | 'elsewhere';

export interface RecordedZone extends Omit<OrderedZone, 'state' | 'sources'> {
  readonly state: RecordedState;
  /** Whether the cluster uses it, and why that is believed. Absent where nothing counts, and where nobody has said yet. */
  readonly use?: ZoneUse;
  readonly why?: string;
  readonly sources: readonly RecordedSource[];
}

/** When a source of a zone ended, by its key: tells an old start that comes late from a new one. */
export type EndedSources = Readonly<Record<string, string>>;

/** The zones that the cluster uses, ID to name; the name is empty where nothing tells it. */
export type UsedZones = Readonly<Record<string, string>>;

/** What was last asked of the record's keeper, and what it last changed for. Times in RFC 3339. */
export interface RecordRequests {
  /** When somebody last heard something that only ARC's API can tell more about: it is to be asked. */
  readonly look?: string;
  /** The message that led to the generation was received at that moment. */
  readonly received?: { readonly generation: number; readonly at: string };
}

/** The state of a zone before or after a transition; `healthy`: the record does not have it. */
export type TransitionState = RecordedState | 'healthy';

/** A change of a zone's state, as the history keeps it. */
export interface Transition {
  /** Grows by one with each transition. It orders them; `at` does not, because the clocks of replicas differ. */
  readonly n: number;
  /** RFC 3339, by the clock of who wrote it. */
  readonly at: string;
  readonly zoneId: string;
  readonly name?: string;
  readonly from: TransitionState;
  readonly to: TransitionState;
  /** All sources of the zone (`autoshift since …, operator since …`); of a zone that is given back, why. Bounded. */
  readonly because: string;
  /** The generation of the record that the transition was written with. */
  readonly generation: number;
  /**
   * Somebody who keeps no history (an older version, a person) has written since. States may have changed that nothing
   * tells of: the transition happened, and what is the case now does not follow from it.
   */
  readonly stale?: true;
}

/**
 * The record of impaired zones: the only thing the webhook believes. `ended` is its memory of what is over,
 * kept for as long as a queue may still deliver the beginning.
 */
export interface ZoneRecord {
  readonly generation: number;
  /** Sorted by zone ID. */
  readonly zones: readonly RecordedZone[];
  readonly ended: EndedSources;
  /** Absent while nobody knows. */
  readonly used?: UsedZones;
  /** Where the cluster has, or can get, something. Absent while nobody has said. */
  readonly reach?: Reach;
  readonly requests?: RecordRequests;
  /** The last transitions, oldest first. Absent while there are none. States count, and not what this says of them. */
  readonly history?: readonly Transition[];
  /** The number of the last transition that Events were written of. Absent: of none. */
  readonly told?: number;
}

export const EMPTY_RECORD: ZoneRecord = { generation: 0, zones: [], ended: {} };

/** Key of a source in `ended`: `use1-az1 autoshift/region`. */
export function endedKey(zoneId: string, sourceId: string): string {
  return `${zoneId} ${sourceId}`;
}

/** The sources of a zone that count at a moment. */
export function countedAt(zone: RecordedZone, nowMs: number): RecordedSource[] {
  return zone.sources.filter((source) => source.standing === undefined && !hasExpired(source, nowMs));
}

/**
 * The set to enforce at a moment. What has expired no longer counts; a zone with nothing left that counts is
 * treated as recovering, not as gone: whoever keeps the record decides when the freeze may go.
 */
export function effectiveAt(record: ZoneRecord, nowMs: number): Orders {
  const elsewhere = zonesElsewhere(record, nowMs);
  return {
    generation: record.generation,
    ...(elsewhere.length === 0 ? {} : { elsewhere: { zones: elsewhere, knownNames: knownNames(record) } }),
    zones: record.zones.flatMap((zone): OrderedZone[] => {
      if (zone.state !== 'impaired' && zone.state !== 'recovering') return [];
      const sources = countedAt(zone, nowMs);
      return [{ ...zone, sources, state: sources.length === 0 ? 'recovering' : zone.state }];
    }),
  };
}

/** The zones that would be impaired if the cluster had something there, as they would be. */
function zonesElsewhere(record: ZoneRecord, nowMs: number): OrderedZone[] {
  return record.zones.flatMap((zone): OrderedZone[] => {
    const sources = zone.use === 'elsewhere' ? countedAt(zone, nowMs) : [];
    return sources.length === 0 ? [] : [{ ...zone, state: 'impaired', sources }];
  });
}

/** The names of zones whose IDs are known. */
function knownNames({ zones, used = {}, reach }: ZoneRecord): readonly string[] {
  const names = [
    ...zones.map(({ name }) => name),
    ...Object.values(used),
    ...Object.values(reach?.zones ?? {}).map(({ name }) => name),
  ];
  return [...new Set(names.flatMap((name) => name || []))];
}

export function hasExpired(source: ZoneSource, nowMs: number): boolean {
  return source.until !== undefined && Date.parse(source.until) <= nowMs;
}

/** Whether two records ask for the same thing of every object; sources and their times are not part of that. */
export function enforcesTheSame(left: ZoneRecord, right: ZoneRecord): boolean {
  const asked = (record: ZoneRecord) =>
    record.zones
      .filter(({ state }) => state === 'impaired' || state === 'recovering')
      .map(({ id, name, state, thawed }) => ({ id, name, state, thawed }));
  return sameJson(asked(left), asked(right));
}
