import { sameJson } from '../json/same-json.ts';
import { cut, fitsInJson, KIND_BYTES } from './bounded-text.ts';
import { TIME_LENGTH, timeText } from './record-time.ts';
import { shortName } from './source-name.ts';
import { withThawed } from './thaw-zones.ts';
import { byWorth, isEvents } from './worth.ts';
import type { RecordedSource, RecordedZone } from './zone-record.ts';
import { bySourceId } from './zone-states.ts';

/** No honest zone has so many reasons at once, and more of them make none more impaired. */
export const MOST_EVENT_SOURCES = 10;

/** User names of the API server, and what `zonewarden shift` takes as a reason: 500 characters. */
const BY_BYTES = 256;
const REASON_BYTES = 1024;
/** Longer than what we write. */
const WHY_BYTES = 400;
/** A zone name is the value of a label. */
export const ZONE_NAME_BYTES = 63;

/** The zone with texts that are as long as they may be, and with as many of the sources that events told as it may have. */
export function boundedZone(zone: RecordedZone): RecordedZone {
  const named = withShortTexts(zone);
  const bounded = named.thawed === undefined ? named : withThawed(named, named.thawed);
  const sources = withinCount(boundedSources(zone.sources));
  return sameJson(sources, zone.sources) ? bounded : { ...bounded, sources };
}

function withShortTexts(zone: RecordedZone): RecordedZone {
  const { name, ...unnamed } = zone;
  const named = name !== undefined && name.length > ZONE_NAME_BYTES ? unnamed : zone;
  const { why } = named;
  return why === undefined || fitsInJson(why, WHY_BYTES) ? named : { ...named, why: cut(why, WHY_BYTES) };
}

/** The sources without the least of those that events told, where there are too many. */
export function withinCount(sources: readonly RecordedSource[]): readonly RecordedSource[] {
  const told = sources.filter(isEvents);
  if (told.length <= MOST_EVENT_SOURCES) return sources;
  const leaving = new Set(told.sort(byWorth).slice(0, told.length - MOST_EVENT_SOURCES));
  return sources.filter((source) => !leaving.has(source));
}

/** Of two whose names are the same once they are short the newest start stays. */
function boundedSources(sources: readonly RecordedSource[]): readonly RecordedSource[] {
  const bounded = sources.map(boundedSource);
  if (bounded.every((source, index) => source === sources[index])) return sources;
  return bySourceId([...new Map(bounded.sort(byWorth).map((source) => [source.id, source])).values()]);
}

const isBounded = new WeakSet<RecordedSource>();

function boundedSource(source: RecordedSource): RecordedSource {
  if (isBounded.has(source)) return source;
  const { id, kind, by, reason, since, until, lastStart, absentSince } = source;
  const bounded: RecordedSource = {
    ...source,
    id: shortId(id, kind),
    kind: cut(kind, KIND_BYTES),
    since: shortTime(since),
    ...(until === undefined ? {} : { until: shortTime(until) }),
    ...(lastStart === undefined ? {} : { lastStart: shortTime(lastStart) }),
    ...(absentSince === undefined ? {} : { absentSince: shortTime(absentSince) }),
    ...(by === undefined ? {} : { by: cut(by, BY_BYTES) }),
    ...(reason === undefined ? {} : { reason: cut(reason, REASON_BYTES) }),
  };
  const same = sameJson(bounded, source) ? source : bounded;
  isBounded.add(same);
  return same;
}

/** As a source of the kind is called that comes by event today; whatever else it is called, it is short. */
export function shortId(id: string, kind: string): string {
  const prefix = `${kind}/`;
  return id.startsWith(prefix) && kind.length <= KIND_BYTES
    ? `${prefix}${shortName(id.slice(prefix.length))}`
    : shortName(id);
}

function shortTime(time: string): string {
  return time.length <= TIME_LENGTH ? time : timeText(Date.parse(time));
}
