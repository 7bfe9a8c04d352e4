import { type Backoff, createBackoff } from '../../../shared/kube/backoff.ts';
import { KubeError, retryAfterMs } from '../../../shared/kube/errors.ts';
import { NudgePace } from './nudge-pace.ts';

/** The longest that a NodePool waits that was nudged in vain, unless the server asked for more. */
const CAP_MS = 5000;
const BASE_MS = 40;

/** `in vain`: the NodePool is not what the set asks for, or nobody knows. `gone`: it was deleted. */
export type NudgeResult = 'settled' | 'in vain' | 'gone';

interface Attempt {
  readonly generation: number;
  readonly backoff: Backoff;
  readonly dueAt: number;
}

/**
 * When each NodePool that was nudged in vain is to be nudged again. By NodePool, and not by round: Karpenter writes the
 * status of NodePools all the time, each write is a round, and with no webhook each round would nudge them all. How many
 * are nudged altogether is the pace's to say.
 */
export class NudgeAttempts {
  /** Milliseconds that only ever grow. */
  readonly #elapsed: () => number;
  readonly #pace: NudgePace;
  readonly #vain = new Map<string, Attempt>();
  /** For rounds that have nothing to nudge and wait for a newer set. */
  readonly #waiting = createBackoff({ baseMs: BASE_MS, capMs: CAP_MS });

  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
    this.#pace = new NudgePace(elapsed);
  }

  /**
   * Which of them are due, those that have waited longest first. One that was not nudged in vain for this very set is due
   * at once.
   */
  due<Pool extends { readonly name: string }>(pools: readonly Pool[], generation: number): Pool[] {
    this.#pace.see(generation);
    const now = this.#elapsed();
    return pools
      .map((pool) => ({ pool, at: this.#dueAt(pool.name, generation) }))
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at)
      .map(({ pool }) => pool);
  }

  /** Whether another nudge may begin now. */
  mayBegin(): boolean {
    return this.#pace.mayBegin();
  }

  /** What became of a nudge. `error`: what it failed with. */
  note(name: string, generation: number, result: NudgeResult, error?: unknown): void {
    if (result !== 'in vain') this.#vain.delete(name);
    if (result === 'gone') return;
    const askedFor = retryAfterMs(error);
    const isOfTheServer = error instanceof KubeError && error.code === 'kube.throttled';
    const isBack = this.#pace.note(result === 'settled', isOfTheServer ? askedFor : 0);
    // What was in vain because nobody answered is due again, all of it.
    if (isBack) this.#vain.clear();
    if (result === 'settled') return;
    const before = this.#vain.get(name);
    const backoff =
      before?.generation === generation ? before.backoff : createBackoff({ baseMs: BASE_MS, capMs: CAP_MS });
    this.#vain.set(name, { generation, backoff, dueAt: this.#elapsed() + backoff.next(askedFor) });
  }

  /** Forgets NodePools that are settled or gone. */
  keepOnly(names: readonly string[]): void {
    const unsettled = new Set(names);
    for (const name of this.#vain.keys()) if (!unsettled.has(name)) this.#vain.delete(name);
  }

  /**
   * In how many milliseconds one of those that are left is due and may be nudged; `Infinity` where there are none.
   * `isAhead`: a newer set is waited for.
   */
  nextMs(left: Iterable<string>, generation: number, isAhead: boolean): number {
    let dueAt = Number.POSITIVE_INFINITY;
    for (const name of left) dueAt = Math.min(dueAt, this.#dueAt(name, generation));
    if (!isAhead) this.#waiting.reset();
    const dueMs = Math.max(0, dueAt - this.#elapsed(), this.#pace.waitMs());
    return Math.min(dueMs, isAhead ? this.#waiting.next() : Number.POSITIVE_INFINITY);
  }

  #dueAt(name: string, generation: number): number {
    const attempt = this.#vain.get(name);
    return attempt?.generation === generation ? attempt.dueAt : 0;
  }
}
