import type { Orders } from '../../../shared/record/orders.ts';
import type { Progress } from '../../term/progress.ts';

/** How long nudging waits for Nodes: NodePools must never wait for long. */
export const CORDON_FIRST_MS = 500;

/**
 * Cordon first, then nudge: what consolidation of other NodePools might move must find the zone's Nodes cordoned. But
 * only for a moment. Sets without an impaired zone never wait.
 */
export class CordonFirst {
  readonly #progress: Pick<Progress, 'areNodesTried'>;
  /** Milliseconds that only ever grow. */
  readonly #elapsed: () => number;
  /** The generation for which NodePools have waited long enough. */
  #open: number | undefined;
  #waitingSince: number | undefined;

  constructor(progress: Pick<Progress, 'areNodesTried'>, elapsed: () => number = () => performance.now()) {
    this.#progress = progress;
    this.#elapsed = elapsed;
  }

  /** How many milliseconds NodePools have to wait at the most; 0 when they may be nudged. Asking begins the wait. */
  waitMs({ generation, zones }: Orders): number {
    const isOpen =
      generation === this.#open ||
      this.#progress.areNodesTried(generation) ||
      !zones.some(({ state }) => state === 'impaired');
    if (isOpen) {
      this.#waitingSince = undefined;
      return 0;
    }
    // A set that follows while one waits has no time of its own: many in a row must not add up.
    this.#waitingSince ??= this.#elapsed();
    const left = this.#waitingSince + CORDON_FIRST_MS - this.#elapsed();
    if (left > 0) return left;
    this.#open = generation;
    this.#waitingSince = undefined;
    return 0;
  }
}
