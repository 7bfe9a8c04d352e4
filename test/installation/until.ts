import { setTimeout as wait } from 'node:timers/promises';

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
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return { value, ms: performance.now() - started };
    } catch (error) {
      last = error;
    }
    await wait(10);
  }
  throw new Error(`waited ${limitMs} ms in vain until ${what}`, { cause: last });
}
