import { noteTransitions } from './note-transitions.ts';
import { hasExpired, type RecordedZone, type ZoneRecord } from './zone-record.ts';
import { afterRecovery, resolveStates, type StateContext } from './zone-states.ts';

/** Takes sources out that are past their end; a zone that loses its last one recovers. */
export function expireSources(record: ZoneRecord, context: StateContext): ZoneRecord {
  const { nowMs } = context;
  if (!record.zones.some((zone) => zone.sources.some((source) => hasExpired(source, nowMs)))) return record;
  const zones = record.zones.map((zone) => {
    const sources = zone.sources.filter((source) => !hasExpired(source, nowMs));
    return sources.length === zone.sources.length ? zone : { ...zone, sources };
  });
  return resolveStates(record, { ...record, zones }, context);
}

/**
 * Ends the recovery of zones whose freeze may go. Only a zone that is still recovering can go; one with sources that
 * count for nothing, or that the guard holds back, stays in the record as such.
 *
 * @param why zone ID to the reason for its end, as the history is to keep it
 */
export function completeRecovery(
  record: ZoneRecord,
  zoneIds: readonly string[],
  nowMs: number,
  why: ReadonlyMap<string, string> = new Map(),
): ZoneRecord {
  const isDone = ({ id, state }: RecordedZone) => state === 'recovering' && zoneIds.includes(id);
  if (!record.zones.some(isDone)) return record;
  const zones = record.zones.flatMap((zone): RecordedZone[] => {
    if (!isDone(zone)) return [zone];
    const state = afterRecovery(zone, nowMs);
    const { thawed: _over, ...rest } = zone;
    return state === undefined ? [] : [{ ...rest, state }];
  });
  return noteTransitions(record, { ...record, zones, generation: record.generation + 1 }, nowMs, why);
}
