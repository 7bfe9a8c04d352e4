import { sameJson } from '../json/same-json.ts';
import type { Thawed } from './orders.ts';
import { enforcesTheSame, type RecordedZone, type ZoneRecord } from './zone-record.ts';

/** How much of the record the names for one zone may take: some 500 of usual length. Who has no room stays frozen. */
export const THAWED_BYTES = 12 * 1024;

/**
 * The record with these NodePools thawed for impaired zones, by zone ID; of a zone that is not named all stays as it is.
 * Enforcement sees a difference, so that the generation grows. Pure; the same object comes back where nothing differs.
 */
export function thawZones(record: ZoneRecord, wanted: ReadonlyMap<string, Thawed>): ZoneRecord {
  const zones = record.zones.map((zone) => {
    const thawed = wanted.get(zone.id);
    return thawed === undefined || zone.state !== 'impaired' ? zone : withThawed(zone, thawed);
  });
  const after = { ...record, zones };
  return enforcesTheSame(record, after) ? record : { ...after, generation: record.generation + 1 };
}

/** The zone with the names in order, as many as have room. */
export function withThawed(zone: RecordedZone, wanted: Thawed): RecordedZone {
  const thawed = wanted === 'all' ? wanted : withinBytes([...new Set(wanted)].sort());
  if (sameJson(zone.thawed ?? [], thawed)) return zone;
  const { thawed: _before, ...rest } = zone;
  return thawed.length === 0 ? rest : { ...rest, thawed };
}

function withinBytes(names: readonly string[]): readonly string[] {
  let left = THAWED_BYTES;
  // As they stand in the text: each on a line of its own.
  return names.filter((name) => {
    left -= Buffer.byteLength(name) + LINE_BYTES;
    return left >= 0;
  });
}

/** `  - ` before a name, and the end of the line, which JSON escapes. */
const LINE_BYTES = 8;
