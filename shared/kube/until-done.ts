import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from './backoff.ts';
import { retryAfterMs } from './errors.ts';

/**
 * Tries until it succeeds, with full jitter between tries: for what a process cannot start without and an API server
 * that is away for a moment, not before the time that a server asks for. Each failure is reported.
 * @throws the signal's reason when it is aborted first.
 */
export async function untilDone<T>(
  attempt: () => Promise<T>,
  options: {
    readonly signal: AbortSignal;
    onFailure(error: unknown): void;
    readonly baseMs?: number;
    readonly capMs?: number;
  },
): Promise<T> {
  const backoff = createBackoff({ baseMs: options.baseMs ?? 200, capMs: options.capMs ?? 10_000 });
  for (;;) {
    options.signal.throwIfAborted();
    let leastMs = 0;
    try {
      return await attempt();
    } catch (error) {
      options.onFailure(error);
      leastMs = retryAfterMs(error);
    }
    await wait(backoff.next(leastMs), undefined, { signal: options.signal });
  }
}
