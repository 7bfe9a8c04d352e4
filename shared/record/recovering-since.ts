import type { ZoneRecord } from './zone-record.ts';

/**
 * When a zone that is recovering began to, by the history: RFC 3339, by the clock of the replica that wrote it, which may
 * be ahead of the reader's. `undefined` where the zone is not recovering, and where the history does not know: it is
 * older than this recovery, or somebody has written since who keeps none.
 */
export function recoveringSince(record: ZoneRecord, zoneId: string): string | undefined {
  const zone = record.zones.find(({ id }) => id === zoneId);
  if (zone?.state !== 'recovering') return undefined;
  const last = record.history?.findLast((transition) => transition.zoneId === zoneId);
  return last?.to === 'recovering' && last.stale === undefined ? last.at : undefined;
}
