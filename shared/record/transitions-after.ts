import type { Transition, ZoneRecord } from './zone-record.ts';

/**
 * The transitions that a reader with this cursor has not seen, oldest first. Where there were more than the history
 * keeps, the oldest are missing; then the first one's number is not the next after the cursor.
 *
 * @param n the number of the last transition that the reader has seen; 0: none
 */
export function transitionsAfter(record: ZoneRecord, n: number): readonly Transition[] {
  return (record.history ?? []).filter((transition) => transition.n > n);
}

/**
 * The number of the last transition; 0 while there was none. Somebody may delete the history: then the numbers go on
 * above what was told, so that no two transitions have the same. A cursor that is higher is of another record.
 */
export function lastTransition(record: ZoneRecord): number {
  return Math.max(record.told ?? 0, record.history?.at(-1)?.n ?? 0);
}
