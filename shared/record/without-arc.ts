import { sameJson } from '../json/same-json.ts';
import { REGION_SCOPE, ruleFor, type ZoneRules } from '../settings/zone-rules.ts';
import type { ArcGroup } from './arc-facts.ts';
import { groupOf } from './arc-groups.ts';
import { longestUntil } from './believe.ts';
import { endsUpTo } from './forget-ahead.ts';
import { timeText } from './record-time.ts';
import {
  type EndedSources,
  endedKey,
  type RecordedSource,
  type RecordedZone,
  type ZoneRecord,
} from './zone-record.ts';
import { resolveStates, type StateContext } from './zone-states.ts';

/**
 * What becomes of sources that ARC's API would have to confirm or end while it cannot be asked: events are believed
 * then. A start that waited counts, an end that was remembered ends (also what ARC itself had told of), and what only an
 * event could end gets a latest end, because events get lost. Pure.
 *
 * @param mute the groups that cannot be asked, and have not been for long enough
 */
export function withoutArc(
  record: ZoneRecord,
  mute: readonly ArcGroup[],
  context: StateContext & { readonly rules: ZoneRules },
): ZoneRecord {
  if (mute.length === 0) return record;
  const ended = endsUpTo(record.ended, context.nowMs);
  const zones = record.zones.map((zone) => {
    const sources = zone.sources.flatMap((source) => settle(zone, source, ended, mute, context));
    return sameJson(sources, zone.sources) ? zone : { ...zone, sources };
  });
  if (zones.every((zone, index) => zone === record.zones[index])) return record;
  return resolveStates(record, { ...record, zones }, context);
}

function settle(
  zone: RecordedZone,
  source: RecordedSource,
  ended: EndedSources,
  mute: readonly ArcGroup[],
  { rules, nowMs }: StateContext & { readonly rules: ZoneRules },
): RecordedSource[] {
  const group = groupOf(source);
  if (group === undefined || !mute.includes(group)) return [source];
  if (itsEndWasHeard(zone.id, source, ended)) return [];
  const believed = source.standing === 'pending' ? counted(source, rules) : source;
  if (believed.until !== undefined) return [believed];
  // What ARC itself told of may have gone on for long: its latest end counts from the silence.
  const at = source.via === 'arc' ? timeText(nowMs) : (source.lastStart ?? source.since);
  return [{ ...believed, until: longestUntil({ source, at }) }];
}

function counted({ standing: _waited, ...source }: RecordedSource, rules: ZoneRules): RecordedSource {
  return ruleFor(rules, source) === 'record' ? { ...source, standing: 'recorded' } : source;
}

/**
 * Whether an event told that this very source ended. Each resource has its own events: the end for another says nothing.
 * What ARC itself told of has an ID that no event knows; the end of its kind, for the Region or for a resource, is its.
 */
function itsEndWasHeard(zoneId: string, source: RecordedSource, ended: EndedSources): boolean {
  const begun = Date.parse(source.lastStart ?? source.since);
  const isRegional = groupOf(source) === 'region' && source.via === 'arc';
  const region = endedKey(zoneId, `${source.kind}/${REGION_SCOPE}`);
  const isIts = (key: string): boolean => {
    if (source.via !== 'arc') return key === endedKey(zoneId, source.id);
    return isRegional
      ? key === region
      : key !== region && key.startsWith(endedKey(zoneId, `${source.kind}/`));
  };
  return Object.entries(ended).some(([key, at]) => isIts(key) && Date.parse(at) > begun);
}
