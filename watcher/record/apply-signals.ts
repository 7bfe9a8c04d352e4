import { sameJson } from '../../shared/json/same-json.ts';
import {
  type EndedSources,
  endedKey,
  enforcesTheSame,
  type ImpairedRecord,
  type RecordedSource,
  type RecordedZone,
} from '../../shared/zones/impaired-record.ts';
import type { ZoneSignal } from '../sources/signal.ts';

/** SQS keeps a message for 14 days at the most (SetQueueAttributes, MessageRetentionPeriod): nothing older can arrive. */
export const ENDED_MEMORY_MS = 14 * 24 * 60 * 60 * 1000;
/** Ends are kept in one annotation; all annotations of an object share 256 KiB (apimachinery, TotalAnnotationSizeLimitB). */
export const ENDED_MEMORY_BYTES = 128 * 1024;

/** What a signal did: `applied`, or why it did nothing. */
export type SignalOutcome = 'applied' | 'duplicate' | 'superseded';

export interface Applied {
  /** The same object as given when nothing changed. */
  readonly record: ImpairedRecord;
  /** One for each signal, in their order. */
  readonly outcomes: readonly SignalOutcome[];
}

/**
 * Applies signals to the record. Any order and any repetition of the same signals ends in the same active sources:
 * a source is active when its newest start is later than its newest end, and an end wins a tie.
 *
 * @param nameOf the zone's name in this account, where something in the cluster maps its ID
 * @param nowMs only for forgetting ends that nothing can contradict any more
 */
export function applySignals(
  record: ImpairedRecord,
  signals: readonly ZoneSignal[],
  nameOf: (zoneId: string) => string | undefined,
  nowMs: number,
): Applied {
  const outcomes: SignalOutcome[] = [];
  let next = record;
  for (const signal of signals) {
    const step = signal.change === 'start' ? start(next, signal, nameOf) : end(next, signal);
    outcomes.push(step.outcome);
    next = step.record;
  }
  if (next === record) return { record, outcomes };
  const after = withGeneration(record, { ...next, ended: forgetOld(next.ended, nowMs) });
  // An end that is too old to be remembered, and ends nothing, would otherwise be a write each time it comes.
  return { record: sameJson(after, record) ? record : after, outcomes };
}

/** The generation grows when enforcement can see a difference, and only then. */
export function withGeneration(before: ImpairedRecord, after: ImpairedRecord): ImpairedRecord {
  const generation = enforcesTheSame(before, after) ? before.generation : before.generation + 1;
  return { ...after, generation };
}

interface Step {
  readonly record: ImpairedRecord;
  readonly outcome: SignalOutcome;
}

function start(
  record: ImpairedRecord,
  signal: ZoneSignal,
  nameOf: (zoneId: string) => string | undefined,
): Step {
  const endedAt = record.ended[endedKey(signal.zoneId, signal.source.id)];
  if (endedAt !== undefined && !isLater(signal.at, endedAt)) return { record, outcome: 'superseded' };
  const zone = record.zones.find(({ id }) => id === signal.zoneId);
  const source = zone?.sources.find(({ id }) => id === signal.source.id);
  const started =
    source === undefined ? { ...signal.source, since: signal.at } : withStart(source, signal.at);
  if (started === source) return { record, outcome: 'duplicate' };
  const name = nameOf(signal.zoneId) ?? zone?.name;
  const sources = [...(zone?.sources.filter((other) => other !== source) ?? []), started];
  const next = withZone(record, {
    id: signal.zoneId,
    ...(name === undefined ? {} : { name }),
    state: 'impaired',
    sources: sources.sort((left, right) => (left.id < right.id ? -1 : 1)),
  });
  return { record: next, outcome: 'applied' };
}

/** A source that was announced again: the first start stays its `since`, the newest is what an end must beat. */
function withStart(source: RecordedSource, at: string): RecordedSource {
  const newest = source.lastStart ?? source.since;
  if (isLater(at, newest)) return { ...source, lastStart: at };
  return isLater(source.since, at) ? { ...source, since: at, lastStart: newest } : source;
}

function end(record: ImpairedRecord, signal: ZoneSignal): Step {
  const key = endedKey(signal.zoneId, signal.source.id);
  const known = record.ended[key];
  if (known !== undefined && !isLater(signal.at, known)) return { record, outcome: 'duplicate' };
  const remembered = { ...record, ended: { ...record.ended, [key]: signal.at } };
  const zone = record.zones.find(({ id }) => id === signal.zoneId);
  const source = zone?.sources.find(({ id }) => id === signal.source.id);
  if (zone === undefined || source === undefined) return { record: remembered, outcome: 'applied' };
  const others = zone.sources.filter((other) => other !== source);
  const newest = source.lastStart ?? source.since;
  if (isLater(newest, signal.at)) {
    // It ended an earlier announcement, and a newer one stands.
    const since = isLater(source.since, signal.at) ? source.since : newest;
    const sources = zone.sources.map((other) => (other === source ? { ...source, since } : other));
    return { record: withZone(remembered, { ...zone, sources }), outcome: 'superseded' };
  }
  const state = others.length === 0 ? 'recovering' : zone.state;
  return { record: withZone(remembered, { ...zone, sources: others, state }), outcome: 'applied' };
}

function withZone(record: ImpairedRecord, zone: RecordedZone): ImpairedRecord {
  const zones = [...record.zones.filter(({ id }) => id !== zone.id), zone];
  return { ...record, zones: zones.sort((left, right) => (left.id < right.id ? -1 : 1)) };
}

function isLater(left: string, right: string): boolean {
  return Date.parse(left) > Date.parse(right);
}

/** What can't be contradicted any more goes, and the oldest of what does not fit. */
function forgetOld(ended: EndedSources, nowMs: number): EndedSources {
  let bytes = 0;
  return Object.fromEntries(
    Object.entries(ended)
      .filter(([, at]) => Date.parse(at) > nowMs - ENDED_MEMORY_MS)
      .sort(([, left], [, right]) => Date.parse(right) - Date.parse(left))
      .filter((entry) => {
        bytes += Buffer.byteLength(JSON.stringify(entry));
        return bytes <= ENDED_MEMORY_BYTES;
      }),
  );
}
