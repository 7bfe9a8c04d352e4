import { shortName } from './source-name.ts';
import { isKnownZone, isOfRegion } from './worth.ts';
import { type EndedSources, endedKey, type ZoneRecord } from './zone-record.ts';
import { bytesInBody } from './zone-text.ts';

/** SQS keeps a message for 14 days at the most (SetQueueAttributes, MessageRetentionPeriod); a day more for clocks. */
export const ENDED_MEMORY_MS = 15 * 24 * 60 * 60 * 1000;

/** What can't be contradicted any more goes. */
export function forgetOld(ended: EndedSources, nowMs: number): EndedSources {
  return Object.fromEntries(
    Object.entries(ended).filter(([, at]) => Date.parse(at) > nowMs - ENDED_MEMORY_MS),
  );
}

/**
 * As many ends as have room: those of sources that the record has first, then those of zones that somebody beside events
 * knows, then what ended for a whole Region; among these the newest. Whoever makes up ends makes up new ones.
 */
export function boundedEnds(record: ZoneRecord, bytes: number): EndedSources {
  const entries = Object.entries(record.ended);
  const short = entries.map(([key, at]) => [shortKey(key), at] as const);
  let left = bytes;
  const sizes = short.map((entry) => bytesInBody(JSON.stringify(entry)));
  const isShort = short.every(([key], index) => key === entries[index]?.[0]);
  if (isShort && sizes.reduce((sum, size) => sum + size, 0) <= bytes) return record.ended;
  const worth = worthOf(record);
  const kept = short
    .map(([key, at], index) => ({ key, at, size: sizes[index] ?? 0, worth: worth(key), ms: Date.parse(at) }))
    .sort((one, other) => other.worth - one.worth || other.ms - one.ms)
    .filter(({ size }) => {
      left -= size;
      return left >= 0;
    });
  // Of two that have one name the newest end stays.
  return Object.fromEntries(kept.sort((one, other) => one.ms - other.ms).map(({ key, at }) => [key, at]));
}

function worthOf({ zones, used }: ZoneRecord): (key: string) => number {
  const standing = new Set(
    zones.flatMap(({ id, sources }) => sources.map((source) => endedKey(id, source.id))),
  );
  const known = new Set(zones.filter((zone) => isKnownZone(zone, used)).map(({ id }) => id));
  return (key) => {
    const zoneId = key.slice(0, key.indexOf(' '));
    const isKnown = known.has(zoneId) || (used !== undefined && Object.hasOwn(used, zoneId));
    return (standing.has(key) ? 4 : 0) + (isKnown ? 2 : 0) + (isOfRegion(key) ? 1 : 0);
  };
}

/** `use1-az1 autoshift/<resource>` with a name that is as long as names are today. */
function shortKey(key: string): string {
  const slash = key.indexOf('/');
  return `${key.slice(0, slash + 1)}${shortName(key.slice(slash + 1))}`;
}
