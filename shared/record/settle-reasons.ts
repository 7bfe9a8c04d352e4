import { sameJson } from '../json/same-json.ts';
import { ruleFor, type ZoneRules } from '../settings/zone-rules.ts';
import type { RecordedSource, ZoneRecord } from './zone-record.ts';
import { resolveStates } from './zone-states.ts';

/** Puts the rules in force on what stands in the record: they may be newer than it. Pure. */
export function applyRules(
  record: ZoneRecord,
  context: { readonly rules: ZoneRules; readonly nowMs: number },
): ZoneRecord {
  const zones = record.zones.map((zone) => {
    const sources = zone.sources.flatMap((source) => ruled(source, context.rules));
    return sameJson(sources, zone.sources) ? zone : { ...zone, sources };
  });
  const resolved = resolveStates(record, { ...record, zones }, context);
  return sameJson(resolved, record) ? record : resolved;
}

function ruled(source: RecordedSource, rules: ZoneRules): RecordedSource[] {
  if (source.via === 'derived') return [source];
  const rule = ruleFor(rules, source);
  if (rule === 'ignore') return [];
  if (rule === 'record')
    return [source.standing === undefined ? { ...source, standing: 'recorded' } : source];
  if (source.standing !== 'recorded') return [source];
  const { standing: _lifted, ...counted } = source;
  return [counted];
}
