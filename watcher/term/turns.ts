import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * So long one look at many objects holds the event loop: the Lease is renewed, the probes are answered and the nudges of
 * others go on in between, however many NodePools there are and whatever one of them holds.
 */
const TURN_MS = 10;

/** Tells work on many objects, one after the other, when it has lasted for a moment and has to give way to all else. */
export class Turns {
  /** Milliseconds that only ever grow. */
  readonly #elapsed: () => number;
  #begunMs: number;

  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
    this.#begunMs = elapsed();
  }

  /** Whether this turn has been long enough. Asked before each object; what is short waits for nobody. */
  isOver(): boolean {
    return this.#elapsed() - this.#begunMs >= TURN_MS;
  }

  /** Resolves when all else has had its turn. The signal may have aborted meanwhile. */
  async giveWay(): Promise<void> {
    await nextTurn();
    this.#begunMs = this.#elapsed();
  }
}
