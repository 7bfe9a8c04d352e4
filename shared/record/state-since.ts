import type { ZoneState } from './orders.ts';
import type { ZoneRecord } from './zone-record.ts';

/**
 * When a zone came to be in an enforced state, by the history: RFC 3339, by the clock of the replica that wrote it, which
 * may be ahead of the reader's. `undefined` where the zone is not in that state, and where the history does not know: it is
 * older than this, or somebody has written since who keeps none.
 */
export function stateSince(record: ZoneRecord, zoneId: string, state: ZoneState): string | undefined {
  const zone = record.zones.find(({ id }) => id === zoneId);
  if (zone?.state !== state) return undefined;
  const last = record.history?.findLast((transition) => transition.zoneId === zoneId);
  return last?.to === state && last.stale === undefined ? last.at : undefined;
}
