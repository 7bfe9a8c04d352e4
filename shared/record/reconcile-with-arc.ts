import { sameJson } from '../json/same-json.ts';
import { REGION_SCOPE, ruleFor, type ZoneRules } from '../settings/zone-rules.ts';
import { ARC_GROUPS, type ArcFact, type ArcLook } from './arc-facts.ts';
import { groupOf } from './arc-groups.ts';
import { forgetAhead } from './forget-ahead.ts';
import { withinRoom } from './record-room.ts';
import { isFarAhead, timeText } from './record-time.ts';
import { ZONE_ID_PATTERN } from './zone-keys.ts';
import {
  type EndedSources,
  endedKey,
  type RecordedSource,
  type RecordedZone,
  type ZoneRecord,
} from './zone-record.ts';
import { bySourceId, resolveStates, type StateContext } from './zone-states.ts';

export interface ReconcileContext extends StateContext {
  readonly rules: ZoneRules;
  nameOf(zoneId: string): string | undefined;
}

/**
 * Brings the record in line with one look at ARC's API. What ARC lists stands in the record; what it does not list any
 * more goes once ARC has left it out for the grace period (its answers may lag behind its own events, and one empty
 * answer in an outage must not give a zone back), or for two looks where an event said that it ended. A group that could not
 * be found out stays as it is. Pure; the same look twice changes nothing more.
 */
export function reconcileWithArc(stored: ZoneRecord, look: ArcLook, context: ReconcileContext): ZoneRecord {
  const record = forgetAhead(stored, context.nowMs);
  // The record keeps one key a zone ID. What has another form could not be read back.
  const facts = ARC_GROUPS.flatMap((group) => look[group] ?? []).filter(
    (fact) => ZONE_ID_PATTERN.test(fact.zoneId) && ruleFor(context.rules, fact) !== 'ignore',
  );
  const ended = new Map<string, string>();
  const zones = record.zones.map((zone) => reconcileZone(zone, facts, record.ended, look, context, ended));
  for (const id of new Set(facts.map(({ zoneId }) => zoneId))) {
    if (!zones.some((zone) => zone.id === id)) zones.push(newZone(id, facts, look, context));
  }
  const after = {
    ...record,
    zones,
    ended: ended.size === 0 ? record.ended : { ...record.ended, ...Object.fromEntries(ended) },
  };
  const resolved = resolveStates(stored, withinRoom(after).record, context);
  return sameJson(resolved, stored) ? stored : resolved;
}

function newZone(
  id: string,
  facts: readonly ArcFact[],
  look: ArcLook,
  context: ReconcileContext,
): RecordedZone {
  const name = context.nameOf(id);
  const own = facts.filter(({ zoneId }) => zoneId === id);
  return {
    id,
    ...(name === undefined ? {} : { name }),
    state: 'recorded',
    sources: bySourceId(own.map((fact) => sourceOf(fact, undefined, look, context))),
  };
}

function reconcileZone(
  zone: RecordedZone,
  facts: readonly ArcFact[],
  endedBefore: EndedSources,
  look: ArcLook,
  context: ReconcileContext,
  ended: Map<string, string>,
): RecordedZone {
  const own = facts.filter(({ zoneId }) => zoneId === zone.id);
  const known = new Map(zone.sources.map((source) => [source.id, source]));
  const listed = own.map((fact) => {
    const before = known.get(fact.id);
    const source = sourceOf(fact, before, look, context);
    // The Region's autoshifts have one name after the other.
    const isHeard =
      (before?.heard === true && before.since === source.since) ||
      zone.sources.some((other) => other.via !== 'arc' && tellsOf(fact, other, context.rules));
    return isHeard ? { ...source, heard: true } : source;
  });
  const others = zone.sources
    .filter(({ id }) => !listed.some((source) => source.id === id))
    .flatMap((source): RecordedSource[] => {
      if (!isAnsweredFor(zone.id, source, look)) return [source];
      if (source.via !== 'arc' && own.some((fact) => tellsOf(fact, source, context.rules))) return [];
      if (!isOver(zone.id, source, endedBefore, look, context.rules)) {
        return [source.absentSince === undefined ? { ...source, absentSince: timeOf(look) } : source];
      }
      // A copy of the start that comes late must not bring it back.
      if (mayComeBack(source)) ended.set(endedKey(zone.id, source.id), source.lastStart ?? source.since);
      return [];
    });
  const sources = bySourceId([...others, ...listed]);
  return sameJson(sources, zone.sources) ? zone : { ...zone, sources };
}

/**
 * Whether ARC tells of what an event told of, under its own name from now on. An autoshift of the Region that the rules
 * only record says nothing about that of our resource, which they enforce; nor does one that our resource does not apply
 * say anything about the Region's.
 */
function tellsOf(fact: ArcFact, source: RecordedSource, rules: ZoneRules): boolean {
  if (fact.kind === 'autoshift' && fact.applied === false) return false;
  return fact.kind === source.kind && ruleFor(rules, fact) === ruleFor(rules, source);
}

/**
 * Whether the look can tell that a source is over. An autoshift of a resource is known to GetManagedResource only; where
 * that did not answer, there is none of a resource without one of the Region.
 */
function isAnsweredFor(zoneId: string, source: RecordedSource, look: ArcLook): boolean {
  const group = groupOf(source);
  if (group === undefined || look[group] === undefined) return false;
  if (source.kind !== 'autoshift' || source.id.endsWith(`/${REGION_SCOPE}`)) return true;
  if (look.listOnly === undefined && look.resource !== undefined) return true;
  return look.region?.some((fact) => fact.zoneId === zoneId) === false;
}

/** Whether a copy of its start would impair the zone anew. The start that waited for ARC would only wait again. */
function mayComeBack(source: RecordedSource): boolean {
  return source.via !== 'arc' && (source.standing !== 'pending' || source.kind === 'autoshift');
}

/** Whether a source that ARC does not list is over: for the grace period, or an event told that it ended. */
function isOver(
  zoneId: string,
  source: RecordedSource,
  ended: EndedSources,
  look: ArcLook,
  { graceMs }: ZoneRules,
): boolean {
  const begun = Date.parse(source.lastStart ?? source.since);
  const own = ended[endedKey(zoneId, source.id)];
  if (source.via !== 'arc' && own !== undefined && Date.parse(own) > begun) return true;
  if (source.absentSince === undefined) return false;
  // The end may be that of another resource: it shortens the grace to a second look, and never to one answer.
  if (endHeardOf(zoneId, source, ended)) return true;
  return look.askedAtMs - Date.parse(source.absentSince) >= graceMs;
}

/** Whether an event told that the source, or another of its kind in the zone, ended after it had begun. */
function endHeardOf(zoneId: string, source: RecordedSource, ended: EndedSources): boolean {
  const prefix = endedKey(zoneId, `${source.kind}/`);
  const begun = Date.parse(source.lastStart ?? source.since);
  return Object.entries(ended).some(([key, at]) => key.startsWith(prefix) && Date.parse(at) > begun);
}

function sourceOf(
  fact: ArcFact,
  known: RecordedSource | undefined,
  look: ArcLook,
  { rules }: ReconcileContext,
): RecordedSource {
  const named = fact.until !== undefined && isAnEnd(fact.until, look) ? fact.until : undefined;
  const until = named === undefined ? undefined : untilOf(named, known?.until, look, rules);
  const applied = fact.applied ?? known?.standing !== 'not-applied';
  const standing =
    ruleFor(rules, fact) === 'record' ? 'recorded' : applied ? undefined : ('not-applied' as const);
  return {
    id: fact.id,
    kind: fact.kind,
    since: isFarAhead(fact.since, look.askedAtMs) ? (known?.since ?? timeOf(look)) : fact.since,
    ...(until === undefined ? {} : { until }),
    via: 'arc',
    ...(standing === undefined ? {} : { standing }),
  };
}

/** ARC's own limit is 72 hours (StartZonalShift, expiresIn); a kind of later years may last longer. */
const LONGEST_MS = 8 * 24 * 3_600_000;

/** Whether a shift can end then. One that cannot is open-ended: it goes when ARC does not list it any more. */
function isAnEnd(until: string, look: ArcLook): boolean {
  return Date.parse(until) - look.askedAtMs <= LONGEST_MS;
}

/** ARC is looked at each minute at least: an end that is put off has to last until after the next look. */
const LONGEST_GAP_MS = 60_000;

/**
 * The end that ARC names. What ARC still lists as active long after its end has not ended: our clock is ahead, and
 * ARC's answer counts for more than our clock.
 */
function untilOf(named: string, known: string | undefined, look: ArcLook, { graceMs }: ZoneRules): string {
  if (look.askedAtMs - Date.parse(named) < graceMs) return named;
  const spareMs = Math.max(graceMs, LONGEST_GAP_MS);
  if (known !== undefined && Date.parse(known) - look.askedAtMs > spareMs) return known;
  return timeText(look.askedAtMs + 2 * spareMs);
}

function timeOf(look: ArcLook): string {
  return timeText(look.askedAtMs);
}
