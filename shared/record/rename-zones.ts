import type { ZoneRecord } from './zone-record.ts';
import { resolveStates, type StateContext } from './zone-states.ts';

/** Writes zone names into the record as they become known; a name that was known is never forgotten. */
export function renameZones(
  record: ZoneRecord,
  nameOf: (zoneId: string) => string | undefined,
  context: StateContext,
): ZoneRecord {
  const stale = record.zones.some((zone) => (nameOf(zone.id) ?? zone.name) !== zone.name);
  if (!stale) return record;
  const zones = record.zones.map((zone) => {
    const name = nameOf(zone.id) ?? zone.name;
    return name === undefined ? zone : { ...zone, name };
  });
  return resolveStates(record, { ...record, zones }, context);
}
