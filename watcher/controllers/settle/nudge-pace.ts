import { createBackoff } from '../../../shared/kube/backoff.ts';

/** As many in a row that changed nothing, two for each nudge that may be under way, say that nobody answers them. */
const IN_VAIN = 16;
/** From then on so many at a time try whether somebody does again. */
const PROBES = 8;
const BASE_MS = 40;
/** The longest that probes are apart: so soon all NodePools follow a webhook that is back. */
const CAP_MS = 5000;
/** The longest that one answer puts off the nudges of all NodePools: a NodePool's writers may have a say in it. */
const LONGEST_HOLD_MS = 30_000;

/**
 * How many NodePools are nudged while nudges are in vain. With the webhooks deleted, which is breaking the glass, every
 * NodePool of the cluster is unsettled for as long as they are away: the API server is asked for a few of them every few
 * seconds, however many there are. The first that is settled says that the webhook is back.
 */
export class NudgePace {
  /** Milliseconds that only ever grow. */
  readonly #elapsed: () => number;
  readonly #backoff;
  #generation: number | undefined;
  #vain = 0;
  #probes = 0;
  #nextProbesAt = 0;
  #heldUntil = 0;

  constructor(elapsed: () => number, random: () => number = Math.random) {
    this.#elapsed = elapsed;
    this.#backoff = createBackoff({ baseMs: BASE_MS, capMs: CAP_MS, random });
  }

  /** A set that nobody was nudged for yet is a reason to try. */
  see(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#begin();
  }

  /** Whether another nudge may begin now; one that may is counted. */
  mayBegin(): boolean {
    if (this.waitMs() > 0) return false;
    if (this.#vain < IN_VAIN) return true;
    if (this.#probes === 0) {
      this.#probes = PROBES;
      this.#nextProbesAt = this.#elapsed() + this.#backoff.next();
    }
    this.#probes -= 1;
    return true;
  }

  /**
   * What became of one.
   *
   * @param retryAfterMs what the server asked for: it speaks of itself, and not of this NodePool
   * @returns whether nudges are of use again, after they were in vain
   */
  note(isSettled: boolean, retryAfterMs = 0): boolean {
    const hold = this.#elapsed() + Math.min(retryAfterMs, LONGEST_HOLD_MS);
    this.#heldUntil = Math.max(this.#heldUntil, hold);
    if (!isSettled) {
      this.#vain += 1;
      return false;
    }
    const isBack = this.#vain >= IN_VAIN;
    this.#begin();
    return isBack;
  }

  /** In how many milliseconds one may begin. */
  waitMs(): number {
    const isProbing = this.#vain >= IN_VAIN && this.#probes === 0;
    const at = isProbing ? Math.max(this.#heldUntil, this.#nextProbesAt) : this.#heldUntil;
    return Math.max(0, at - this.#elapsed());
  }

  #begin(): void {
    this.#vain = 0;
    this.#probes = 0;
    this.#nextProbesAt = 0;
    this.#backoff.reset();
  }
}
