import type { MarkKey, MarkKeys } from '../enforcement/mark-keys.ts';

/** A key for marks, as it is stored. */
export interface StoredMarkKey extends MarkKey {
  /** When it was made, in milliseconds since the epoch. */
  readonly madeMs: number;
}

/** The keys for marks, the newest first; never empty where it was read or made. */
export type MarkKeyRing = readonly StoredMarkKey[];

const DAY_MS = 86_400_000;

/** How old the newest key gets before another one follows it. */
export const MARK_KEY_LIFE_MS = 30 * DAY_MS;

/**
 * How many there are at most. The one before is believed for another month, and the one before that for a third: far
 * longer than any shift, in which marks stand, can last (72 hours where a person starts it, 7 days where ARC does).
 */
export const MOST_MARK_KEYS = 3;

/**
 * How old a key is before it makes marks, if there is another one. Every process reads a new key within moments, and
 * takes a mark for forged whose key it does not know: so a new one is only believed at first. Longer than clocks differ
 * and a watch is silent (150 s, store-tuning.ts).
 */
const SETTLE_MS = 600_000;

/**
 * Whether another key should follow. A newest key from far ahead was made by a clock that was wrong, and would put off the
 * next one for as long as it was ahead.
 */
export function isRotationDue(ring: MarkKeyRing, nowMs: number): boolean {
  const [newest] = ring;
  if (newest === undefined) return true;
  const ageMs = nowMs - newest.madeMs;
  return ageMs >= MARK_KEY_LIFE_MS || ageMs < -DAY_MS;
}

/** The ring with a new key, which makes marks when it has settled; the oldest goes where there are too many. */
export function withNewKey(ring: MarkKeyRing, made: StoredMarkKey): MarkKeyRing {
  return [made, ...ring].slice(0, MOST_MARK_KEYS);
}

/** The keys that count now; `undefined` for an empty ring. */
export function markKeysAt(ring: MarkKeyRing, nowMs: number): MarkKeys | undefined {
  const current = ring.find(({ madeMs }) => nowMs - madeMs >= SETTLE_MS) ?? ring.at(-1);
  return current === undefined ? undefined : { current, all: ring };
}
