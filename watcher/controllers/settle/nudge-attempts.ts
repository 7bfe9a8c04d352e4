import { type Backoff, createBackoff } from '../../../shared/kube/backoff.ts';

/** The longest that a NodePool waits that was nudged in vain: so soon it follows a webhook that is back. */
const CAP_MS = 5000;
const BASE_MS = 40;

interface Attempt {
  readonly generation: number;
  readonly backoff: Backoff;
  readonly dueAt: number;
}

/**
 * When each NodePool that was nudged in vain is to be nudged again. By NodePool, and not by round: Karpenter writes the
 * status of NodePools all the time, each write is a round, and with no webhook each round would nudge them all.
 */
export class NudgeAttempts {
  readonly #vain = new Map<string, Attempt>();
  /** For rounds that have nothing to nudge and wait for a newer set. */
  readonly #waiting = createBackoff({ baseMs: BASE_MS, capMs: CAP_MS });

  /** A NodePool that was not nudged in vain for this very set is due at once. */
  isDue(name: string, generation: number): boolean {
    const attempt = this.#vain.get(name);
    return attempt?.generation !== generation || attempt.dueAt <= performance.now();
  }

  note(name: string, generation: number, isSettled: boolean): void {
    const before = this.#vain.get(name);
    if (isSettled) {
      this.#vain.delete(name);
      return;
    }
    const backoff =
      before?.generation === generation ? before.backoff : createBackoff({ baseMs: BASE_MS, capMs: CAP_MS });
    this.#vain.set(name, { generation, backoff, dueAt: performance.now() + backoff.next() });
  }

  /** Forgets NodePools that are settled or gone. */
  keepOnly(names: readonly string[]): void {
    const unsettled = new Set(names);
    for (const name of this.#vain.keys()) if (!unsettled.has(name)) this.#vain.delete(name);
  }

  /** In how many milliseconds one is due; `Infinity` where none is. `isAhead`: a newer set is waited for. */
  nextMs(isAhead: boolean): number {
    const dues = [...this.#vain.values()].map(({ dueAt }) => Math.max(0, dueAt - performance.now()));
    if (!isAhead) this.#waiting.reset();
    return Math.min(...dues, isAhead ? this.#waiting.next() : Number.POSITIVE_INFINITY);
  }
}
