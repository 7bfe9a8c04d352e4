import { ruleFor, type ZoneRules } from '../settings/zone-rules.ts';
import { guardLimit, usedByGuard } from './guard.ts';
import { noteTransitions } from './note-transitions.ts';
import { timeText } from './record-time.ts';
import { isElsewhere } from './use-of-zone.ts';
import {
  countedAt,
  enforcesTheSame,
  hasExpired,
  type RecordedSource,
  type RecordedZone,
  type UsedZones,
  type ZoneRecord,
} from './zone-record.ts';
import { bySourceId, DELAY_SOURCE, resolveStates } from './zone-states.ts';

/** ID and kind of the source that a person starts: one a zone. */
export const OPERATOR_SOURCE = 'operator';

/** A zone by both of its names; the name is absent where nothing tells it. */
export interface ZoneRef {
  readonly id: string;
  readonly name?: string;
}

/** What decides about an operator's shift, besides the record. */
export interface ShiftContext {
  readonly rules: ZoneRules;
  /** False: the rules are the defaults because nobody could read the right ones. Then no other zone is touched. */
  readonly rulesAreKnown: boolean;
  readonly nowMs: number;
}

/** A shift that a person asks for. `forMs` counts from now. */
export interface ShiftOrder {
  readonly zone: ZoneRef;
  readonly forMs: number;
  readonly by: string;
  readonly reason: string;
  readonly forced: boolean;
}

/** A new end for a shift that runs; without a reason the first one stands. */
export type ExtensionOrder = Pick<ShiftOrder, 'zone' | 'forMs' | 'by'> & { readonly reason?: string };

/** Why a change is not made; then nothing is written. */
export type Refusal =
  | { readonly kind: 'runs-already'; readonly source: RecordedSource }
  | { readonly kind: 'runs-not' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'too-long'; readonly maxMs: number }
  | { readonly kind: 'ends-later'; readonly until: string | undefined }
  | {
      readonly kind: 'held';
      readonly guard: GuardView;
      /** Zones that are impaired now and that the guard would take out if this shift were forced. */
      readonly wouldTakeOut: readonly RecordedZone[];
    };

/** A change that was made to the record. */
export interface ShiftChange {
  readonly kind: 'changed';
  readonly record: ZoneRecord;
  /** As it is now; absent when it left the record. */
  readonly zone?: RecordedZone;
  /** The operator's source as it is now; after a cancellation as it was. */
  readonly source: RecordedSource;
  /** Other zones that were impaired and that the guard takes out because of this change. */
  readonly takenOut: readonly RecordedZone[];
  /** Other zones that are impaired because of this change: the guard held them back until now. */
  readonly letIn: readonly RecordedZone[];
}

export type ShiftOutcome = ShiftChange | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What the guard counts. `limit` and `used` are absent while nobody knows which zones the cluster uses. */
export interface GuardView {
  readonly used?: UsedZones;
  readonly limit?: number;
  readonly impaired: readonly RecordedZone[];
  /** What would be impaired if the guard did not hold it back. */
  readonly held: readonly RecordedZone[];
}

export function guardOf(
  record: ZoneRecord,
  rules: Pick<ZoneRules, 'maxImpairedZones'>,
  nowMs: number,
): GuardView {
  const used = usedByGuard(record.used, record.zones);
  const limit = guardLimit(used, rules.maxImpairedZones);
  return {
    ...(used === undefined ? {} : { used }),
    ...(limit === undefined ? {} : { limit }),
    impaired: record.zones.filter(({ state }) => state === 'impaired'),
    held: record.zones.filter((zone) => isHeld(zone, nowMs)),
  };
}

/** Whether the guard keeps a zone from being impaired: also one that leaves because of it. */
export function isHeld(zone: RecordedZone, nowMs: number): boolean {
  if (isElsewhere(zone)) return false;
  return zone.state === 'held' || (zone.state === 'recovering' && countedAt(zone, nowMs).length > 0);
}

/** The operator's source of a zone; `undefined` where there is none, or its time is over. */
export function runningShift(record: ZoneRecord, zoneId: string, nowMs: number): RecordedSource | undefined {
  const zone = record.zones.find(({ id }) => id === zoneId);
  return zone?.sources.find((source) => source.id === OPERATOR_SOURCE && !hasExpired(source, nowMs));
}

/** Shifts a zone away. Pure: says what the record becomes, or why not. */
export function startShift(record: ZoneRecord, order: ShiftOrder, context: ShiftContext): ShiftOutcome {
  const refusal = refusalOf(order.forMs, context.rules);
  if (refusal !== undefined) return refused(refusal);
  const running = runningShift(record, order.zone.id, context.nowMs);
  if (running !== undefined) return refused({ kind: 'runs-already', source: running });
  const change = started(record, order, context);
  if (change.source.standing !== undefined || change.zone?.state === 'impaired') return change;
  if (change.zone !== undefined && isElsewhere(change.zone)) return change;
  const { takenOut } = started(record, { ...order, forced: true }, context);
  const guard = guardOf(record, context.rules, context.nowMs);
  return refused({ kind: 'held', guard, wouldTakeOut: takenOut });
}

/**
 * Gives a shift that runs a later end. An earlier one is refused: who means `one hour more` would end it by that. A
 * shift that the guard holds back is extended like any other.
 */
export function extendShift(record: ZoneRecord, order: ExtensionOrder, context: ShiftContext): ShiftOutcome {
  const running = runningShift(record, order.zone.id, context.nowMs);
  if (running === undefined) return refused({ kind: 'runs-not' });
  const refusal = refusalOf(order.forMs, context.rules);
  if (refusal !== undefined) return refused(refusal);
  const end = context.nowMs + order.forMs;
  if (running.until === undefined || Date.parse(running.until) > end)
    return refused({ kind: 'ends-later', until: running.until });
  const { standing: _judgedAnew, ...kept } = running;
  const source: RecordedSource = {
    ...kept,
    ...standingOf(context.rules),
    until: timeText(end),
    by: order.by,
    ...(order.reason === undefined ? {} : { reason: order.reason }),
  };
  return changed(record, order.zone, source, source, context);
}

/** Takes the operator's source out of a zone; what other sources say stands. */
export function cancelShift(record: ZoneRecord, zone: ZoneRef, context: ShiftContext): ShiftOutcome {
  const running = runningShift(record, zone.id, context.nowMs);
  if (running === undefined) return refused({ kind: 'runs-not' });
  return changed(record, zone, running, undefined, context);
}

function started(record: ZoneRecord, order: ShiftOrder, context: ShiftContext): ShiftChange {
  const source: RecordedSource = {
    id: OPERATOR_SOURCE,
    kind: OPERATOR_SOURCE,
    since: timeText(context.nowMs),
    until: timeText(context.nowMs + order.forMs),
    via: 'operator',
    ...standingOf(context.rules),
    by: order.by,
    reason: order.reason,
    ...(order.forced ? { forced: true } : {}),
  };
  return changed(record, order.zone, source, source, context);
}

function refusalOf(forMs: number, rules: ZoneRules): Refusal | undefined {
  if (operatorRule(rules) === 'ignore') return { kind: 'ignored' };
  return forMs > rules.operatorMaxMs ? { kind: 'too-long', maxMs: rules.operatorMaxMs } : undefined;
}

function refused(refusal: Refusal): ShiftOutcome {
  return { kind: 'refused', refusal };
}

function operatorRule(rules: ZoneRules) {
  return ruleFor(rules, { id: OPERATOR_SOURCE, kind: OPERATOR_SOURCE });
}

function standingOf(rules: ZoneRules): Pick<RecordedSource, 'standing'> {
  return operatorRule(rules) === 'record' ? { standing: 'recorded' } : {};
}

function changed(
  before: ZoneRecord,
  named: ZoneRef,
  source: RecordedSource,
  written: RecordedSource | undefined,
  context: ShiftContext,
): ShiftChange {
  const after = withOperatorSource(before, named, written);
  const record = resolved(before, after, named.id, context);
  const zone = record.zones.find(({ id }) => id === named.id);
  const were = new Map(before.zones.map((each) => [each.id, each.state]));
  const others = record.zones.filter(({ id }) => id !== named.id);
  return {
    kind: 'changed',
    record,
    ...(zone === undefined ? {} : { zone }),
    source,
    takenOut: others.filter((each) => isHeld(each, context.nowMs) && were.get(each.id) === 'impaired'),
    letIn: others.filter(({ id, state }) => state === 'impaired' && were.get(id) !== 'impaired'),
  };
}

function withOperatorSource(
  record: ZoneRecord,
  { id, name }: ZoneRef,
  source: RecordedSource | undefined,
): ZoneRecord {
  const present = record.zones.find((zone) => zone.id === id);
  const others = (present?.sources ?? []).filter((each) => each.id !== OPERATOR_SOURCE);
  const zone: RecordedZone = {
    id,
    ...(name === undefined ? {} : { name }),
    state: 'recorded',
    ...present,
    sources: bySourceId(source === undefined ? others : [...others, source]),
  };
  return { ...record, zones: [...record.zones.filter((each) => each.id !== id), zone] };
}

/**
 * Where the rules are not known, the other zones stay as they are, and the recovery delay is what the record shows of
 * it: the default, none, would give zones back that wait for their delay. The watcher knows the rules and puts right
 * what is left.
 */
function resolved(before: ZoneRecord, after: ZoneRecord, zoneId: string, context: ShiftContext): ZoneRecord {
  if (context.rulesAreKnown) return resolveStates(before, after, context);
  const rules = { ...context.rules, recoveryDelayMs: delayIn(before) };
  const own = resolveStates(before, after, { ...context, rules }).zones.filter(({ id }) => id === zoneId);
  const zones = [...before.zones.filter(({ id }) => id !== zoneId), ...own].sort((left, right) =>
    left.id < right.id ? -1 : 1,
  );
  const record = { ...after, zones };
  const generation = enforcesTheSame(before, record) ? record.generation : before.generation + 1;
  return noteTransitions(before, { ...record, generation }, context.nowMs);
}

function delayIn(record: ZoneRecord): number {
  const delay = record.zones.flatMap(({ sources }) => sources).find(({ id }) => id === DELAY_SOURCE);
  if (delay?.until === undefined) return 0;
  return Math.max(0, Date.parse(delay.until) - Date.parse(delay.since));
}
