import { isAhead, isFarAhead, TIME_LENGTH, timeText } from './record-time.ts';
import type {
  EndedSources,
  RecordedSource,
  RecordedZone,
  RecordRequests,
  Transition,
  ZoneRecord,
} from './zone-record.ts';

/** Numbers grow by one a transition: nobody reaches this by counting, and some thousands are left to what can be read. */
const HIGHEST_NUMBER = 2 ** 52;

/**
 * Takes out of the record what lies ahead of its time: nothing would ever beat it. An earlier version believed events
 * from the future, and people edit. What events told goes as if it had never been heard; what we or ARC wrote begins now.
 * Pure; the same object comes back when there is nothing of the kind.
 */
export function forgetAhead(record: ZoneRecord, nowMs: number): ZoneRecord {
  const zones = mapped(record.zones, (zone) => zoneUpTo(zone, nowMs));
  const ended = endsUpTo(record.ended, nowMs);
  const history = record.history && mapped(record.history, (one) => notedByNow(one, nowMs));
  const requests = record.requests && requestsUpTo(record.requests, record.generation, nowMs);
  const isCounted = Math.max(record.told ?? 0, record.history?.at(-1)?.n ?? 0) <= HIGHEST_NUMBER;
  const isSame =
    zones === record.zones &&
    ended === record.ended &&
    history === record.history &&
    requests === record.requests &&
    isCounted;
  if (isSame) return record;
  const { history: _history, told, requests: _requests, ...rest } = record;
  return {
    ...rest,
    zones,
    ended,
    ...(requests === undefined ? {} : { requests }),
    ...(history === undefined || !isCounted ? {} : { history }),
    ...(told === undefined || !isCounted ? {} : { told }),
  };
}

/** The ends that may have come by now. */
export function endsUpTo(ended: EndedSources, nowMs: number): EndedSources {
  const entries = Object.entries(ended);
  const kept = entries.filter(([, at]) => !isAhead(at, nowMs));
  return kept.length === entries.length ? ended : Object.fromEntries(kept);
}

function zoneUpTo(zone: RecordedZone, nowMs: number): RecordedZone {
  const sources = zone.sources.flatMap((source) => sourceUpTo(source, nowMs));
  const isSame = sources.length === zone.sources.length && sources.every((one, i) => one === zone.sources[i]);
  return isSame ? zone : { ...zone, sources };
}

function sourceUpTo(source: RecordedSource, nowMs: number): RecordedSource[] {
  const { absentSince, ...present } = source;
  // Its silence would otherwise last until that day before it counts.
  const seen = absentSince !== undefined && isAhead(absentSince, nowMs) ? present : source;
  if (source.via === 'operator' || source.via === 'arc') return [begunByNow(seen, nowMs)];
  // What follows from other entries is worked out anew, and a recovery delay begins when the last source ends.
  return source.via === 'derived' ? [seen] : startedByNow(seen, nowMs);
}

/** What an event told. Of two starts one that lies ahead goes, with the end that counts from it. */
function startedByNow(source: RecordedSource, nowMs: number): RecordedSource[] {
  const { lastStart, until: _itsEnd, ...first } = source;
  if (lastStart === undefined) return isAhead(source.since, nowMs) ? [] : [source];
  if (!isAhead(lastStart, nowMs)) {
    if (!isAhead(source.since, nowMs)) return [source];
    const { lastStart: _only, ...only } = source;
    return [{ ...only, since: lastStart }];
  }
  return isAhead(source.since, nowMs) ? [] : [first];
}

/** A shift of a person whose clock was ahead lasts as long as that person asked for, from now. */
function begunByNow(source: RecordedSource, nowMs: number): RecordedSource {
  if (!isFarAhead(source.since, nowMs)) return source;
  const { until, since } = source;
  const lengthMs = until === undefined ? 0 : Date.parse(until) - Date.parse(since);
  return {
    ...source,
    since: timeText(nowMs),
    ...(until === undefined ? {} : { until: timeText(nowMs + Math.max(0, lengthMs)) }),
  };
}

function requestsUpTo(
  requests: RecordRequests,
  generation: number,
  nowMs: number,
): RecordRequests | undefined {
  const { look, received } = requests;
  const asked = look !== undefined && isRequested(look, nowMs) ? { look } : {};
  const isOurs =
    received !== undefined && received.generation <= generation && isRequested(received.at, nowMs);
  const kept = { ...asked, ...(isOurs ? { received } : {}) };
  if (kept.look === look && kept.received === received) return requests;
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function isRequested(time: string, nowMs: number): boolean {
  return time.length <= TIME_LENGTH && !isFarAhead(time, nowMs);
}

function notedByNow(transition: Transition, nowMs: number): Transition {
  return isFarAhead(transition.at, nowMs) ? { ...transition, at: timeText(nowMs) } : transition;
}

/** The same list where no item becomes another. */
function mapped<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}
