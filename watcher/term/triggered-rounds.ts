import { createBackoff } from '../../shared/kube/backoff.ts';
import { retryAfterMs } from '../../shared/kube/errors.ts';

/**
 * Rounds of level-triggered work that looks at everything again and again, one at a time: at once when something changed,
 * after a while by itself. A trigger during a round means that it may have looked at old state,
 * and is followed by another at once.
 *
 * A round that throws ends nothing: it is reported, and tried again after a back-off, not before the time that a server
 * asked for. A trigger does not shorten that. The other work of the process, and its Lease, know nothing of it.
 *
 * @param round does one round, and answers how many milliseconds may pass until the next one where nothing triggers it
 * @param onFailure told of each round that has thrown, unless the run was over
 */
export function createTriggeredRounds(
  round: (signal: AbortSignal) => Promise<number>,
  onFailure: (error: unknown) => void,
) {
  let wake: (() => void) | undefined;
  let again = true;
  /** Ends after so long, with the signal, or, while that is of use, with a trigger. */
  const pause = (ms: number, signal: AbortSignal, untilTriggered: boolean): Promise<void> =>
    new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        wake = undefined;
        resolve();
      };
      const timer = setTimeout(finish, ms);
      if (untilTriggered) wake = finish;
      signal.addEventListener('abort', finish, { once: true });
    });
  return {
    /** Something changed: another round, now, or right after the one that runs. */
    trigger(): void {
      again = true;
      wake?.();
    },
    /** Runs until the signal aborts. */
    async run(signal: AbortSignal): Promise<void> {
      const backoff = createBackoff({ baseMs: 100, capMs: 30_000 });
      while (!signal.aborted) {
        again = false;
        try {
          const nextMs = await round(signal);
          backoff.reset();
          if (!again && !signal.aborted) await pause(nextMs, signal, true);
        } catch (error) {
          if (signal.aborted) return;
          onFailure(error);
          await pause(Math.max(backoff.next(), retryAfterMs(error)), signal, false);
        }
      }
    },
  };
}
