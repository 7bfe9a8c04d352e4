import { sameJson } from '../json/same-json.ts';
import type { BelievedSignal } from './believe.ts';
import { shortId, withinCount } from './bounded-sources.ts';
import { forgetAhead } from './forget-ahead.ts';
import { type Dropped, withinRoom } from './record-room.ts';
import { forgetOld } from './remembered-ends.ts';
import { endedKey, type RecordedSource, type RecordedZone, type ZoneRecord } from './zone-record.ts';
import { bySourceId, resolveStates, type StateContext } from './zone-states.ts';

/** What a signal did: `applied`, or why it did nothing. `no-room`: the record is full of others of its like. */
export type SignalOutcome = 'applied' | 'duplicate' | 'superseded' | 'no-room';

export interface Applied {
  /** The same object as given when nothing changed. */
  readonly record: ZoneRecord;
  /** One for each signal, in their order. */
  readonly outcomes: readonly SignalOutcome[];
  /** What the record had, and had no room for any more; absent where that is nothing. */
  readonly dropped?: readonly Dropped[];
}

/**
 * Applies signals to the record. Any order and any repetition of the same signals ends in the same active sources:
 * a source is active when its newest start is later than its newest end, and an end wins a tie.
 *
 * @param nameOf the zone's name in this account, where something in the cluster maps its ID
 */
export function applySignals(
  record: ZoneRecord,
  signals: readonly BelievedSignal[],
  nameOf: (zoneId: string) => string | undefined,
  context: StateContext,
): Applied {
  const outcomes: SignalOutcome[] = [];
  const present = forgetAhead(record, context.nowMs);
  const asGiven = signals.map(withShortName);
  // One for all of them: a message may bring a hundred ends, and to copy the memory for each would take as long as that.
  const ended: Ends = new Map(Object.entries(present.ended));
  let next = present;
  for (const signal of asGiven) {
    const step = signal.change === 'start' ? start(next, ended, signal, nameOf) : end(next, ended, signal);
    outcomes.push(step.outcome);
    next = step.record;
  }
  if (next === record) return { record, outcomes };
  const remembered = forgetOld(Object.fromEntries(ended), context.nowMs);
  const { record: inRoom } = withinRoom({ ...next, ended: remembered });
  const after = resolveStates(record, inRoom, context);
  const dropped = pushedOut(present, inRoom, asGiven);
  return {
    // An end that is too old to be remembered, and ends nothing, would otherwise be a write each time it comes.
    record: sameJson(after, record) ? record : after,
    outcomes: outcomes.map((outcome, index) => whereItStands(outcome, asGiven[index], inRoom)),
    ...(dropped.length === 0 ? {} : { dropped }),
  };
}

/** A start that counted for too little to stay was never there for anybody. */
function whereItStands(
  outcome: SignalOutcome,
  signal: BelievedSignal | undefined,
  record: ZoneRecord,
): SignalOutcome {
  if (outcome !== 'applied' || signal?.change !== 'start') return outcome;
  const isEndedNow = record.ended[endedKey(signal.zoneId, signal.source.id)] !== undefined;
  return isEndedNow || sourceOfSignal(record, signal) !== undefined ? 'applied' : 'no-room';
}

/** What stood in the record, is there no more, and was not ended by these signals. */
function pushedOut(
  before: ZoneRecord,
  after: ZoneRecord,
  signals: readonly BelievedSignal[],
): readonly Dropped[] {
  const keysOf = (record: ZoneRecord) =>
    new Set(record.zones.flatMap(({ id, sources }) => sources.map((source) => endedKey(id, source.id))));
  const left = keysOf(after);
  const ended = new Set(signals.map(({ zoneId, source }) => endedKey(zoneId, source.id)));
  return before.zones
    .map(({ id, sources }) => ({
      zoneId: id,
      sources: sources.filter((source) => {
        const key = endedKey(id, source.id);
        return !left.has(key) && !ended.has(key);
      }).length,
    }))
    .filter(({ sources }) => sources > 0);
}

function withShortName(signal: BelievedSignal): BelievedSignal {
  const id = shortId(signal.source.id, signal.source.kind);
  return id === signal.source.id ? signal : { ...signal, source: { ...signal.source, id } };
}

function sourceOfSignal(record: ZoneRecord, { zoneId, source }: BelievedSignal): RecordedSource | undefined {
  return record.zones.find(({ id }) => id === zoneId)?.sources.find(({ id }) => id === source.id);
}

interface Step {
  readonly record: ZoneRecord;
  readonly outcome: SignalOutcome;
}

/** When sources ended, by their keys; the ends of these signals come to it. */
type Ends = Map<string, string>;

function start(
  record: ZoneRecord,
  ended: Ends,
  signal: BelievedSignal,
  nameOf: (zoneId: string) => string | undefined,
): Step {
  const endedAt = ended.get(endedKey(signal.zoneId, signal.source.id));
  if (endedAt !== undefined && !isLater(signal.at, endedAt)) return { record, outcome: 'superseded' };
  const zone = record.zones.find(({ id }) => id === signal.zoneId);
  const source = zone?.sources.find(({ id }) => id === signal.source.id);
  const started = source === undefined ? sourceOf(signal) : withStart(source, signal);
  if (started === source) return { record, outcome: 'duplicate' };
  const name = nameOf(signal.zoneId) ?? zone?.name;
  const sources = withinCount([...(zone?.sources.filter((other) => other !== source) ?? []), started]);
  if (!sources.includes(started)) return { record, outcome: 'no-room' };
  const next = withZone(record, {
    id: signal.zoneId,
    ...(name === undefined ? {} : { name }),
    state: zone?.state ?? 'recorded',
    sources: bySourceId(sources),
  });
  return { record: next, outcome: 'applied' };
}

function sourceOf({ source, at, until, standing }: BelievedSignal): RecordedSource {
  return {
    ...source,
    since: at,
    ...(until === undefined ? {} : { until }),
    ...(standing === undefined ? {} : { standing }),
  };
}

/** A source that was announced again: the first start stays its `since`, the newest is what an end must beat. */
function withStart(source: RecordedSource, signal: BelievedSignal): RecordedSource {
  const { at, until } = signal;
  const newest = source.lastStart ?? source.since;
  // A start that counts lifts one that was waiting; one that waits takes nothing from one that counts.
  const { standing: _was, ...counted } = source;
  const lifted = source.standing === 'pending' && signal.standing !== 'pending' ? counted : source;
  const standing = lifted !== source && signal.standing !== undefined ? { standing: signal.standing } : {};
  if (isLater(at, newest)) {
    const { absentSince: _looked, until: known, ...rest } = lifted;
    return { ...rest, ...standing, ...endAfter(at, until ?? known), lastStart: at };
  }
  const filled = lifted.until === undefined ? { ...lifted, ...endAfter(newest, until) } : lifted;
  if (isLater(source.since, at)) return { ...filled, ...standing, since: at, lastStart: newest };
  return filled.until === source.until && lifted === source ? source : { ...filled, ...standing };
}

/**
 * Of one shift one event may tell the end and another not: the newest that tells it is right. An end before the newest
 * start was another shift's.
 */
function endAfter(start: string, until: string | undefined): { readonly until?: string } {
  return until !== undefined && isLater(until, start) ? { until } : {};
}

function end(record: ZoneRecord, ended: Ends, signal: BelievedSignal): Step {
  const key = endedKey(signal.zoneId, signal.source.id);
  const known = ended.get(key);
  if (known !== undefined && !isLater(signal.at, known)) return { record, outcome: 'duplicate' };
  ended.set(key, signal.at);
  const remembered = { ...record };
  const zone = record.zones.find(({ id }) => id === signal.zoneId);
  const source = zone?.sources.find(({ id }) => id === signal.source.id);
  if (zone === undefined || source === undefined || signal.remembered === true)
    return { record: remembered, outcome: 'applied' };
  const others = zone.sources.filter((other) => other !== source);
  const newest = source.lastStart ?? source.since;
  if (isLater(newest, signal.at)) {
    // It ended an earlier announcement, and a newer one stands.
    const since = isLater(source.since, signal.at) ? source.since : newest;
    const sources = zone.sources.map((other) => (other === source ? { ...source, since } : other));
    return { record: withZone(remembered, { ...zone, sources }), outcome: 'superseded' };
  }
  return { record: withZone(remembered, { ...zone, sources: others }), outcome: 'applied' };
}

function withZone(record: ZoneRecord, zone: RecordedZone): ZoneRecord {
  const zones = [...record.zones.filter(({ id }) => id !== zone.id), zone];
  return { ...record, zones: zones.sort((left, right) => (left.id < right.id ? -1 : 1)) };
}

function isLater(left: string, right: string): boolean {
  return Date.parse(left) > Date.parse(right);
}
