/**
 * Full-jitter back-off (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): the n-th wait is
 * drawn evenly from 0 to base x 2^n, never above the cap, and it never ends.
 */
export interface Backoff {
  /** The next wait in milliseconds. `atLeast` (a Retry-After) is obeyed and jittered upwards by what was drawn. */
  next(atLeastMs?: number): number;
  /** How many waits were drawn since the last reset. */
  readonly attempts: number;
  /** Starts from the base again. */
  reset(): void;
}

/** @param random evenly from [0, 1) */
export function createBackoff(options: {
  baseMs: number;
  capMs: number;
  random?: (() => number) | undefined;
}): Backoff {
  const random = options.random ?? Math.random;
  let attempts = 0;
  return {
    next(atLeastMs = 0) {
      // 2^30 bases are beyond any cap; without the limit the power would become Infinity, which times 0 is NaN.
      const ceiling = Math.min(options.capMs, options.baseMs * 2 ** Math.min(attempts, 30));
      attempts += 1;
      return atLeastMs + random() * ceiling;
    },
    get attempts() {
      return attempts;
    },
    reset() {
      attempts = 0;
    },
  };
}
