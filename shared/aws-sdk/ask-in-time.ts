import { NoAnswer } from './sdk-trouble.ts';

/**
 * Asks an API of AWS, and gives it up after so long. The SDK looks at the signal when it sends: not while it fetches
 * credentials or waits for its next attempt.
 *
 * @param missing what did not come in time, in words
 * @param toError makes the error of what was thrown; it gets `NoAnswer` where nothing came in time
 * @throws what `toError` makes, or the signal's reason when it aborts
 */
export async function askInTime<T>(
  ask: (limit: AbortSignal) => Promise<T>,
  { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs: number },
  toError: (thrown: unknown) => Error,
  missing = 'no answer',
): Promise<T> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(deadlineMs);
  const limit = AbortSignal.any([signal, deadline]);
  const over = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), { once: true });
  });
  try {
    return await Promise.race([ask(limit), over]);
  } catch (cause) {
    signal.throwIfAborted();
    if (!deadline.aborted) throw toError(cause);
    throw toError(new NoAnswer('unavailable', `${missing} within ${deadlineMs / 1000} s`, { cause }));
  }
}
