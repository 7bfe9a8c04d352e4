import { requirementsOf } from '../../../shared/views/node-pool.ts';
import type { PoolView } from '../../../shared/views/pool-view.ts';

/**
 * A nudge of a NodePool of 5,000 values takes the API server seconds of the processor, and one of a usual NodePool a
 * hundredth of that.
 */
const MANY_VALUES = 1000;
/** So many of those may be under way at once. */
const MOST_HEAVY = 2;

/**
 * The NodePools of one look that are to be nudged. Those that hold much come last, and few at a time: as many as are nudged
 * side by side would otherwise keep all others open to a zone that is away.
 */
export class NudgeQueue {
  readonly #light: PoolView[];
  readonly #heavy: PoolView[];
  readonly #isNewest: () => boolean;
  #heavyUnderWay = 0;

  /**
   * @param due in the order in which they are to be nudged
   * @param isNewest whether the set that they are nudged for is the newest one still: where it is not, those that hold
   * much wait for the next look, which begins with the others
   */
  constructor(due: readonly PoolView[], isNewest: () => boolean) {
    this.#isNewest = isNewest;
    this.#light = due.filter((pool) => !isHeavy(pool)).reverse();
    this.#heavy = due.filter(isHeavy).reverse();
  }

  /** Whether there is one that may be nudged now. */
  hasNext(): boolean {
    if (this.#light.length > 0) return true;
    return this.#heavy.length > 0 && this.#heavyUnderWay < MOST_HEAVY && this.#isNewest();
  }

  /** The next one that may be nudged now; `undefined` where there is none. */
  next(): PoolView | undefined {
    if (!this.hasNext()) return undefined;
    const light = this.#light.pop();
    if (light !== undefined) return light;
    this.#heavyUnderWay += 1;
    return this.#heavy.pop();
  }

  /** The nudge of that one is over. */
  done(pool: PoolView): void {
    if (isHeavy(pool)) this.#heavyUnderWay -= 1;
  }
}

function isHeavy({ enforced }: PoolView): boolean {
  const count = requirementsOf(enforced).reduce((sum, { values = [] }) => sum + values.length, 0);
  return count > MANY_VALUES;
}
