import type { ZoneRecord } from './zone-record.ts';

/**
 * When a zone that is impaired came to be so, by the history: RFC 3339, by the clock of the replica that wrote it, which may
 * be ahead of the reader's. `undefined` where the zone is not impaired, and where the history does not know.
 */
export function impairedSince(record: ZoneRecord, zoneId: string): string | undefined {
  const zone = record.zones.find(({ id }) => id === zoneId);
  if (zone?.state !== 'impaired') return undefined;
  const last = record.history?.findLast((transition) => transition.zoneId === zoneId);
  return last?.to === 'impaired' && last.stale === undefined ? last.at : undefined;
}
