import { onTestFinished, vi } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { Listenable } from '../../../shared/stores/listenable.ts';
import type { Controller } from '../../../watcher/term/controller.ts';
import { runControllers } from '../../../watcher/term/run-controllers.ts';
import { Heard } from '../controllers/heard.ts';

/** Nothing to look at for a minute. */
export const LATER = { againInMs: 60_000 };
export type Reconcile = (signal: AbortSignal, looks: number) => Promise<{ readonly againInMs: number }>;

/** A duty, and how often it has looked. */
export class Duty implements Controller {
  readonly name: string;
  readonly rank: Controller['rank'];
  readonly wokenBy: readonly Listenable[];
  readonly #reconcile: Reconcile;
  looks = 0;

  constructor(
    name: string,
    reconcile: Reconcile = async () => LATER,
    { rank = 'shift', wokenBy = [] }: Partial<Pick<Controller, 'rank' | 'wokenBy'>> = {},
  ) {
    this.name = name;
    this.rank = rank;
    this.wokenBy = wokenBy;
    this.#reconcile = reconcile;
  }

  reconcile(signal: AbortSignal): Promise<{ readonly againInMs: number }> {
    this.looks += 1;
    return this.#reconcile(signal, this.looks);
  }
}

/** Runs duties until the test is over, on a clock that only the test moves. */
export function running(...duties: readonly Duty[]) {
  const facts = new Facts();
  const heard = new Heard(facts);
  const stop = new AbortController();
  let hasEnded = false;
  const done = runControllers(duties, facts.tell, stop.signal).then(() => {
    hasEnded = true;
  });
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return {
    heard,
    stop,
    done,
    hasEnded: () => hasEnded,
    /** Time passes, and whatever follows from it. */
    pass: (ms = 0) => vi.advanceTimersByTimeAsync(ms),
  };
}

/** Work that is under way until the test ends it. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<{ readonly againInMs: number }>();
  return { work: promise, open: (next = LATER) => resolve(next) };
}
