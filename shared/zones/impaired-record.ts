import { sameJson } from '../json/same-json.ts';
import type { ImpairedSet, ImpairedZone, ZoneSource } from './impaired-set.ts';

/** A source as the record keeps it: with the newest start heard of it, so that a late end of an earlier one is known. */
export interface RecordedSource extends ZoneSource {
  /** RFC 3339 time of the newest start event; absent when it is `since`. */
  readonly lastStart?: string;
}

export interface RecordedZone extends ImpairedZone {
  readonly sources: readonly RecordedSource[];
}

/** When a source of a zone ended, by its key: tells an old start that comes late from a new one. */
export type EndedSources = Readonly<Record<string, string>>;

/**
 * The record of impaired zones: the only thing the webhook believes. `ended` is its memory of what is over,
 * kept for as long as a queue may still deliver the beginning.
 */
export interface ImpairedRecord extends ImpairedSet {
  readonly zones: readonly RecordedZone[];
  readonly ended: EndedSources;
}

export const EMPTY_RECORD: ImpairedRecord = { generation: 0, zones: [], ended: {} };

/** Key of a source in `ended`: `use1-az1 autoshift/region`. */
export function endedKey(zoneId: string, sourceId: string): string {
  return `${zoneId} ${sourceId}`;
}

/**
 * The set to enforce at a moment. What has expired no longer counts; a zone with nothing left that counts is
 * treated as recovering, not as gone: whoever keeps the record decides when the freeze may go.
 */
export function effectiveAt(record: ImpairedRecord, nowMs: number): ImpairedSet {
  if (!record.zones.some((zone) => zone.sources.some((source) => source.until !== undefined))) return record;
  return {
    generation: record.generation,
    zones: record.zones.map((zone) => {
      const sources = zone.sources.filter((source) => !hasExpired(source, nowMs));
      if (sources.length === zone.sources.length) return zone;
      return { ...zone, sources, state: sources.length === 0 ? 'recovering' : zone.state };
    }),
  };
}

export function hasExpired(source: ZoneSource, nowMs: number): boolean {
  return source.until !== undefined && Date.parse(source.until) <= nowMs;
}

/** Whether two sets ask for the same thing of every object; sources and their times are not part of that. */
export function enforcesTheSame(left: ImpairedSet, right: ImpairedSet): boolean {
  const asked = (set: ImpairedSet) => set.zones.map(({ id, name, state }) => ({ id, name, state }));
  return sameJson(asked(left), asked(right));
}
