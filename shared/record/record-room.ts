import { boundedZone } from './bounded-sources.ts';
import { annotationsOf } from './record-document.ts';
import { boundedEnds } from './remembered-ends.ts';
import { boundedUsed } from './used-zones.ts';
import { byWorth, isEvents, isKnownZone } from './worth.ts';
import type { RecordedSource, RecordedZone, ZoneRecord } from './zone-record.ts';
import { bytesInBody, sourceBytes, zoneBytes } from './zone-text.ts';

/** How much room there is for a record and its parts, in bytes as the body of a write has them. */
export interface RecordRoom {
  /** Everything that is the record's. */
  readonly record: number;
  /** Sources that events told. */
  readonly events: number;
  /** What is remembered of ends. */
  readonly ended: number;
  /**
   * What follows from the rest, and is worked out after it: the history (16 KiB as it is stored, up to twice as much in a
   * body), and sources for recovery delays and child zones.
   */
  readonly derived: number;
  /** Transitions of the history; a number. */
  readonly transitions: number;
}

const KIB = 1024;

/**
 * A ConfigMap takes 1,048,576 bytes, and annotations 256 KiB of them. The record has a quarter of that: the rest is for
 * what others write into the same object, and for what the API server adds. What events told, and what they leave behind,
 * has bounds of its own, so that 64 KiB are left to ARC, and some 16 to people's shifts and zone names.
 */
export const RECORD_ROOM: RecordRoom = {
  record: 256 * KIB,
  events: 80 * KIB,
  ended: 48 * KIB,
  derived: 48 * KIB,
  transitions: 64,
};

/** Zones that nothing but events speaks of: more than the largest Region has Availability Zones. */
export const MOST_UNKNOWN_ZONES = 20;
export const MOST_ZONES = 100;

/** What had no room any more: so many sources of a zone. */
export interface Dropped {
  readonly zoneId: string;
  readonly sources: number;
}

export interface InRoom {
  /** The same object as given where all of it has room. */
  readonly record: ZoneRecord;
  readonly dropped: readonly Dropped[];
}

/**
 * Brings a record within its room. What events told goes first: zones that nobody else knows before the others, and what
 * is worth least; the last source that counts of a zone goes after all the rest. What ARC told goes only where that is
 * not enough, and a person's shift never. Twice is as once. Pure.
 *
 * A zone that is enforced and loses its last source is left `recovering`; states are otherwise as they were.
 */
export function withinRoom(given: ZoneRecord, room: RecordRoom = RECORD_ROOM): InRoom {
  const used = given.used && boundedUsed(given.used);
  const short = given.zones.map(boundedZone);
  const few = withinCounts(short, used);
  const ended = boundedEnds({ ...given, zones: few }, room.ended);
  const history = given.history && lastOf(given.history, room.transitions);
  const { history: _history, used: _used, ...rest } = given;
  const around: ZoneRecord = {
    ...rest,
    ended,
    zones: [],
    ...(used === undefined ? {} : { used }),
    ...(history === undefined || history.length === 0 ? {} : { history }),
  };
  const zones = withinBytes(few, around, room);
  const isSame =
    used === given.used &&
    ended === given.ended &&
    history === given.history &&
    zones.length === given.zones.length &&
    zones.every((zone, index) => zone === given.zones[index]);
  if (isSame) return { record: given, dropped: [] };
  return { record: { ...around, zones }, dropped: droppedOf(given.zones, zones) };
}

/** Bytes of all that is the record's in the body of a write. */
export function recordBytes(record: ZoneRecord): number {
  const annotations = Object.entries(annotationsOf(record)).reduce(
    (sum, [key, text]) => sum + key.length + 4 + bytesInBody(text),
    0,
  );
  return annotations + record.zones.reduce((sum, zone) => sum + zoneBytes(zone), 0);
}

function bytesOf(sources: readonly RecordedSource[]): number {
  return sources.reduce((sum, source) => sum + sourceBytes(source), 0);
}

/** Zones that are enforced leave by their recovery, and nobody's place is taken from them. */
function isEnforced({ state }: RecordedZone): boolean {
  return state === 'impaired' || state === 'recovering';
}

/** Without the zones of least worth, where there are too many. */
function withinCounts(zones: readonly RecordedZone[], used: ZoneRecord['used']): readonly RecordedZone[] {
  const unknown = zones.filter((zone) => !isKnownZone(zone, used));
  const ofUnknown = leavingZones(unknown, unknown.length - MOST_UNKNOWN_ZONES);
  const left = zones.filter((zone) => !ofUnknown.has(zone));
  const ofAll = leavingZones(left, left.length - MOST_ZONES);
  return ofUnknown.size + ofAll.size === 0 ? zones : left.filter((zone) => !ofAll.has(zone));
}

function leavingZones(zones: readonly RecordedZone[], tooMany: number): ReadonlySet<RecordedZone> {
  if (tooMany <= 0) return new Set();
  const mayGo = zones.filter((zone) => !isEnforced(zone) && zone.sources.every(isEvents));
  const worth = (zone: RecordedZone) => [...zone.sources].sort(byWorth).at(-1);
  const byBest = mayGo
    .map((zone) => ({ zone, best: worth(zone) }))
    .sort((one, other) =>
      one.best === undefined ? -1 : other.best === undefined ? 1 : byWorth(one.best, other.best),
    );
  return new Set(byBest.slice(0, tooMany).map(({ zone }) => zone));
}

/** Without the sources of least worth, as many as have to go. */
function withinBytes(
  zones: readonly RecordedZone[],
  around: ZoneRecord,
  room: RecordRoom,
): readonly RecordedZone[] {
  const leaving = new Set<RecordedSource>();
  const told = zones.flatMap(({ sources }) => sources.filter(isEvents));
  let events = bytesOf(told);
  const { history: _later, ...counted } = around;
  const derived = zones.flatMap(({ sources }) => sources.filter(({ via }) => via === 'derived'));
  let all = recordBytes({ ...counted, zones }) - bytesOf(derived) + room.derived;
  const drop = (source: RecordedSource): void => {
    leaving.add(source);
    all -= sourceBytes(source);
    if (isEvents(source)) events -= sourceBytes(source);
  };
  if (events <= room.events && all <= room.record) return zones;
  for (const source of inOrderOfLeaving(zones, around.used, isEvents)) {
    if (events <= room.events && all <= room.record) break;
    drop(source);
  }
  for (const source of inOrderOfLeaving(zones, around.used, ({ via }) => via === 'arc')) {
    if (all <= room.record) break;
    drop(source);
  }
  return zones.flatMap((zone) => without(zone, leaving));
}

function inOrderOfLeaving(
  zones: readonly RecordedZone[],
  used: ZoneRecord['used'],
  mayLeave: (source: RecordedSource) => boolean,
): readonly RecordedSource[] {
  return zones
    .flatMap((zone) => {
      const last = zone.sources
        .filter(({ standing }) => standing === undefined)
        .sort(byWorth)
        .at(-1);
      const isKnown = isKnownZone(zone, used);
      return zone.sources
        .filter(mayLeave)
        .map((source) => ({ source, place: (source === last ? 2 : 0) + (isKnown ? 1 : 0) }));
    })
    .sort((one, other) => one.place - other.place || byWorth(one.source, other.source))
    .map(({ source }) => source);
}

function without(zone: RecordedZone, leaving: ReadonlySet<RecordedSource>): RecordedZone[] {
  const sources = zone.sources.filter((source) => !leaving.has(source));
  if (sources.length === zone.sources.length) return [zone];
  if (sources.length > 0) return [{ ...zone, sources }];
  return isEnforced(zone) ? [{ ...zone, state: 'recovering', sources }] : [];
}

function droppedOf(before: readonly RecordedZone[], after: readonly RecordedZone[]): readonly Dropped[] {
  const left = new Map(after.map(({ id, sources }) => [id, sources.length]));
  return before
    .map(({ id, sources }) => ({ zoneId: id, sources: sources.length - (left.get(id) ?? 0) }))
    .filter(({ sources }) => sources > 0);
}

function lastOf<T>(items: readonly T[], most: number): readonly T[] {
  return items.length <= most ? items : items.slice(items.length - most);
}
