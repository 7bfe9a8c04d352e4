import { lastTransition } from './transitions-after.ts';
import type { ZoneRecord } from './zone-record.ts';

/**
 * Notes that Events were written of all transitions up to this one. Pure; the same object comes back when they were
 * noted already, or when the record has no such transition yet: the number is then of a record that was made anew since.
 */
export function toldUpTo(record: ZoneRecord, n: number): ZoneRecord {
  const isNews = n > (record.told ?? 0) && n <= lastTransition(record);
  return isNews ? { ...record, told: n } : record;
}
