import { setTimeout as wait } from 'node:timers/promises';

export interface WaitOptions {
  /** Default: 120 s. */
  readonly limitMs?: number;
  /** Default: 500 ms. */
  readonly everyMs?: number;
  /** More to say when it was in vain, e.g. `cluster.explain`. */
  readonly explain?: () => string;
}

/**
 * Looks again and again until what is seen is good, and returns that. In vain, it throws with `what`, and with what
 * was seen last: the distance that was left tells more than the time that ran out.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T> | T,
  good: (seen: T) => boolean,
  options: WaitOptions = {},
): Promise<T> {
  const { limitMs = 120_000, everyMs = 500, explain } = options;
  const deadline = Date.now() + limitMs;
  let seen: T | undefined;
  let failure: unknown;
  while (Date.now() < deadline) {
    try {
      seen = await look();
      failure = undefined;
      if (good(seen)) return seen;
    } catch (error) {
      failure = error;
    }
    await wait(everyMs);
  }
  const last = failure === undefined ? JSON.stringify(seen) : String(failure);
  throw new Error(
    `waited ${limitMs / 1000} s in vain until ${what}; seen last: ${last}${explain === undefined ? '' : `\n${explain()}`}`,
  );
}
