import { setTimeout as wait } from 'node:timers/promises';

/**
 * The pause between two looks: a tenth of the time waited so far, so that nothing is told late and nobody looks all day;
 * and as long as the last look took, so that looking is never most of what a machine does.
 */
const SHORTEST_MS = 10;
const LONGEST_MS = 250;
const SHARE = 0.1;

/**
 * Polls until `probe` gives something other than `undefined` or `false`, and returns it with the time it took.
 * @throws after `limitMs` with `what` and the last failure
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 30_000,
): Promise<{ readonly value: T; readonly ms: number }> {
  const started = performance.now();
  let last: unknown;
  while (performance.now() - started < limitMs) {
    const lookedAt = performance.now();
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return { value, ms: performance.now() - started };
    } catch (error) {
      last = error;
    }
    const now = performance.now();
    const patient = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (now - started) * SHARE));
    await wait(Math.max(patient, now - lookedAt));
  }
  throw new Error(`waited ${limitMs} ms in vain until ${what}`, { cause: last });
}
