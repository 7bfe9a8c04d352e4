import { setTimeout as wait } from 'node:timers/promises';

/** The least time from one look to the next: anybody who reaches the port can ask for one. */
const EVERY_MS = 1000;
/** How long a look may take. */
const LIMIT_MS = 2000;
/** How many wait for one; who comes beyond them is told at once what is known. */
const MAX_WAITING = 64;

/** Looks again at what the configurations say, for all who wait together. */
export interface SecondLook {
  /** Resolves after a look that began after this call, and whatever came of it. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * An API server uses a changed configuration at once, and asks by a path that the watch here brings a moment later. Where
 * the path is one that the product has chosen, it waits until that is no matter; where a manifest has chosen it (by URL, or
 * an older version's), it cannot. So who asks in an unknown way waits for a look at what is stored.
 */
export function createSecondLook(
  catchUp: (signal: AbortSignal) => Promise<void>,
  { everyMs = EVERY_MS, limitMs = LIMIT_MS, maxWaiting = MAX_WAITING } = {},
): SecondLook {
  const stopping = new AbortController();
  let waiting = 0;
  /** The look that is to begin. Who comes when it has begun waits for another one: it may have read too early. */
  let next: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<void> => {
    await last;
    next = undefined;
    last = wait(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    const limit = AbortSignal.any([stopping.signal, AbortSignal.timeout(limitMs)]);
    // Nothing else is known then, and the answer is by what is.
    await catchUp(limit).catch(() => undefined);
  };
  return {
    async look() {
      if (waiting >= maxWaiting || stopping.signal.aborted) return;
      waiting += 1;
      next ??= begin();
      await next.finally(() => {
        waiting -= 1;
      });
    },
    stop: () => stopping.abort(),
  };
}
