import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * So long one look at many objects holds the event loop: the Lease is renewed, the probes are answered and the nudges of
 * others go on in between, however many NodePools there are and whatever one of them holds.
 */
const TURN_MS = 10;

/** Work on many objects, one after the other, that gives way to all else when it has lasted for a moment. */
export class Turns {
  readonly #signal: AbortSignal;
  /** Milliseconds that only ever grow. */
  readonly #elapsed: () => number;
  #begunMs: number;

  constructor(signal: AbortSignal, elapsed: () => number = () => performance.now()) {
    this.#signal = signal;
    this.#elapsed = elapsed;
    this.#begunMs = elapsed();
  }

  /** Asked before each object: whether the work goes on, which it does not after the signal aborts. */
  async goesOn(): Promise<boolean> {
    if (this.#elapsed() - this.#begunMs >= TURN_MS) {
      await nextTurn();
      this.#begunMs = this.#elapsed();
    }
    return !this.#signal.aborted;
  }
}
