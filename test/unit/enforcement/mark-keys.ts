import type { MarkKey, MarkKeys } from '../../../shared/enforcement/mark-keys.ts';

/** A key that is the same in each run: marks are compared as text. */
export const markKey = (id: string): MarkKey => ({ id, secret: Buffer.from(id.padEnd(32, '-')) });

export const MARK_KEYS: MarkKeys = ringOf('k1');

/** The first signs, each is believed. */
export function ringOf(current: string, ...before: readonly string[]): MarkKeys {
  const key = markKey(current);
  return { current: key, all: [key, ...before.map(markKey)] };
}

/** Decisions as the product makes them, which has keys. */
export const SCENE = { markKeys: MARK_KEYS };
