/** Work that looks at everything again and again: at once when something changed, after a while by itself. */
export interface TriggeredRounds {
  /** Something changed: another round, now, or right after the one that runs. */
  trigger(): void;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Rounds of level-triggered work, one at a time. A trigger during a round means that it may have looked at old state,
 * and is followed by another at once.
 *
 * @param beginRounds called when a run begins; what it returns does one round, and its answer tells, when nothing has
 *   triggered another, how many milliseconds may pass until the next one
 */
export function createTriggeredRounds(
  beginRounds: () => (signal: AbortSignal) => Promise<() => number>,
): TriggeredRounds {
  let wake: (() => void) | undefined;
  let again = true;
  return {
    trigger() {
      again = true;
      wake?.();
    },
    async run(signal) {
      const round = beginRounds();
      while (!signal.aborted) {
        again = false;
        const pause = await round(signal);
        if (again || signal.aborted) continue;
        await new Promise<void>((resolve) => {
          const finish = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', finish);
            resolve();
          };
          const timer = setTimeout(finish, pause());
          wake = finish;
          signal.addEventListener('abort', finish, { once: true });
        });
        wake = undefined;
      }
    },
  };
}
