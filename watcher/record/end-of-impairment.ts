import { hasExpired, type ImpairedRecord } from '../../shared/zones/impaired-record.ts';
import { withGeneration } from './apply-signals.ts';

/** Takes sources out that are past their end; a zone that loses its last one recovers. */
export function expireSources(record: ImpairedRecord, nowMs: number): ImpairedRecord {
  if (!record.zones.some((zone) => zone.sources.some((source) => hasExpired(source, nowMs)))) return record;
  const zones = record.zones.map((zone) => {
    const sources = zone.sources.filter((source) => !hasExpired(source, nowMs));
    return sources.length === zone.sources.length
      ? zone
      : { ...zone, sources, state: sources.length === 0 ? ('recovering' as const) : zone.state };
  });
  return withGeneration(record, { ...record, zones });
}

/** Takes out the zones whose recovery is complete. Only a zone that is still recovering can go. */
export function completeRecovery(record: ImpairedRecord, zoneIds: readonly string[]): ImpairedRecord {
  const done = (id: string, state: string) => state === 'recovering' && zoneIds.includes(id);
  if (!record.zones.some(({ id, state }) => done(id, state))) return record;
  const zones = record.zones.filter(({ id, state }) => !done(id, state));
  return withGeneration(record, { ...record, zones });
}
