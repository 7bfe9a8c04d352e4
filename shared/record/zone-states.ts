import type { ZoneRules } from '../settings/zone-rules.ts';
import { type GuardedZone, heldBack, usedByGuard } from './guard.ts';
import { noteTransitions } from './note-transitions.ts';
import type { Reach } from './reach.ts';
import { timeText } from './record-time.ts';
import { isElsewhere, withoutUse, withUse } from './use-of-zone.ts';
import {
  countedAt,
  enforcesTheSame,
  type RecordedSource,
  type RecordedState,
  type RecordedZone,
  type ZoneRecord,
} from './zone-record.ts';

/** The source that keeps a zone impaired for the recovery delay after its last one ended. */
export const DELAY_SOURCE = 'recovery-delay';

/** What decides about states, besides the record. */
export interface StateContext {
  readonly rules: Pick<ZoneRules, 'recoveryDelayMs' | 'maxImpairedZones'>;
  readonly nowMs: number;
}

/**
 * Puts the states of all zones right after their sources have changed, and counts the generation up when enforcement
 * can see a difference, and only then. Every writer of the record comes through here: the state of a zone is a function
 * of its sources, of what it was before, of what the cluster uses, and of the guard. States that change are noted in the
 * history.
 *
 * A zone that was enforced leaves in two steps, also when it is the guard that takes it out, or when it turns out that the
 * cluster has nothing there: `recovering` until its freeze may go (`afterRecovery`).
 *
 * @param before the record as stored; the same object comes back where nothing is different
 * @param after the record with changed sources; states of zones that `before` does not have are not looked at
 */
export function resolveStates(before: ZoneRecord, after: ZoneRecord, context: StateContext): ZoneRecord {
  const previous = new Map(before.zones.map((zone) => [zone.id, zone]));
  const delayed = after.zones.map((zone) => judged(zone, previous.get(zone.id), after.reach, context));
  const held = heldBack(
    delayed.flatMap((zone) => candidate(zone, previous.get(zone.id)?.state, context.nowMs)),
    usedByGuard(after.used, delayed),
    context.rules.maxImpairedZones,
  );
  const zones = delayed
    .flatMap((zone): RecordedZone[] => {
      const state = stateOf(zone, previous.get(zone.id)?.state, held.has(zone.id), context.nowMs);
      return state === undefined ? [] : [inState(zone, previous.get(zone.id)?.state, state)];
    })
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  const resolved = { ...after, zones };
  const generation = enforcesTheSame(before, resolved)
    ? after.generation
    : Math.max(before.generation, after.generation) + 1;
  return noteTransitions(before, { ...resolved, generation }, context.nowMs);
}

/** A zone that comes to be impaired has Nodes that nobody held for it yet: whoever was thawed before is so no more. */
function inState(zone: RecordedZone, was: RecordedState | undefined, state: RecordedState): RecordedZone {
  const { thawed, ...frozen } = zone;
  const keeps = state === 'recovering' || (state === 'impaired' && was === 'impaired');
  if (thawed !== undefined && !keeps) return { ...frozen, state };
  return zone.state === state ? zone : { ...zone, state };
}

/** A zone with its use and its delay; one of which nothing counts then has no use. */
function judged(
  zone: RecordedZone,
  was: RecordedZone | undefined,
  reach: Reach | undefined,
  context: StateContext,
): RecordedZone {
  const used = withUse(zone, was, countedAt(zone, context.nowMs), reach);
  const delayed = withDelay(used, was, context);
  if (countedAt(delayed, context.nowMs).length > 0) return delayed;
  const isAsItWas = delayed.sources === zone.sources && zone.use === undefined;
  return isAsItWas ? zone : withoutUse(delayed);
}

/** What becomes of a recovering zone whose freeze may go; `undefined`: it leaves the record. */
export function afterRecovery(zone: RecordedZone, nowMs: number): RecordedState | undefined {
  if (countedAt(zone, nowMs).length > 0) return isElsewhere(zone) ? 'elsewhere' : 'held';
  return zone.sources.length > 0 ? 'recorded' : undefined;
}

function stateOf(
  zone: RecordedZone,
  was: RecordedState | undefined,
  isHeld: boolean,
  nowMs: number,
): RecordedState | undefined {
  const enforced = was === 'impaired' || was === 'recovering';
  if (countedAt(zone, nowMs).length > 0) {
    if (isElsewhere(zone)) return enforced ? 'recovering' : 'elsewhere';
    if (!isHeld) return 'impaired';
    return enforced ? 'recovering' : 'held';
  }
  if (enforced) return 'recovering';
  return zone.sources.length > 0 ? 'recorded' : undefined;
}

function candidate(zone: RecordedZone, was: RecordedState | undefined, nowMs: number): GuardedZone[] {
  const counted = countedAt(zone, nowMs);
  if (counted.length === 0 || isElsewhere(zone)) return [];
  const since = counted.map((source) => source.since).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? '';
  return [
    { id: zone.id, standing: was === 'impaired', forced: counted.some((source) => source.forced), since },
  ];
}

/**
 * The delay stands in the record as a source of its own, ahead of time where the others expire: readers that see them
 * expire must not bring the zone back for the second until the watcher has looked.
 */
function withDelay(zone: RecordedZone, was: RecordedZone | undefined, context: StateContext): RecordedZone {
  const { recoveryDelayMs } = context.rules;
  const present = zone.sources.find(({ id }) => id === DELAY_SOURCE);
  const others = zone.sources.filter((source) => source !== present);
  const counted = countedAt({ ...zone, sources: others }, context.nowMs);
  const wanted = (): RecordedSource | undefined => {
    if (counted.length > 0)
      return recoveryDelayMs > 0 ? delayAfter(lastEnd(counted), recoveryDelayMs) : undefined;
    if (recoveryDelayMs === 0 || was?.state !== 'impaired') return undefined;
    // Ended before its time: the delay counts from now, and not from the end that was planned.
    if (present !== undefined && Date.parse(present.since) <= context.nowMs) return present;
    if (present === undefined && !needsDelay(was)) return undefined;
    return delayAfter(context.nowMs, recoveryDelayMs);
  };
  const delay = isElsewhere(zone) ? undefined : wanted();
  if (delay?.until === present?.until) return zone;
  return { ...zone, sources: delay === undefined ? others : bySourceId([...others, delay]) };
}

/** Whether a zone that nothing keeps impaired any more has its delay still to come: a child has had its parent's. */
function needsDelay(was: RecordedZone): boolean {
  if (was.sources.some(({ id }) => id === DELAY_SOURCE)) return false;
  return was.sources.some(({ via, standing }) => via !== 'derived' && standing === undefined);
}

/** When the last of the sources ends by itself; `undefined` when one of them has no end. */
function lastEnd(sources: readonly RecordedSource[]): number | undefined {
  const ends = sources.map(({ until }) => (until === undefined ? undefined : Date.parse(until)));
  return ends.every((end) => end !== undefined) ? Math.max(...ends) : undefined;
}

function delayAfter(endMs: number | undefined, delayMs: number): RecordedSource | undefined {
  if (endMs === undefined) return undefined;
  return {
    id: DELAY_SOURCE,
    kind: DELAY_SOURCE,
    since: timeText(endMs),
    until: timeText(endMs + delayMs),
    via: 'derived',
  };
}

/** Sources in the order in which the record keeps them. */
export function bySourceId(sources: readonly RecordedSource[]): RecordedSource[] {
  return [...sources].sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}
