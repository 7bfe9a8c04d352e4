import { KubeError } from '../../../shared/kube/errors.ts';

/** How long a NodePool may not follow before others go on without it: some dozen nudges. */
export const STUCK_AFTER_MS = 30_000;
const FEWEST_NUDGES = 3;

interface Vain {
  readonly generation: number;
  readonly sinceMs: number;
  readonly nudges: number;
}

/**
 * NodePools that do not become what the set asks for although the API server answers each nudge: another webhook puts
 * something back or refuses it, or what is stored is not valid any more. One of them must not hold up the others: no zone
 * that is back waits for it. What no answer comes to is nobody's fault: while the webhook is away, all wait.
 */
export class StuckPools {
  readonly #vain = new Map<string, Vain>();
  /** Milliseconds that only ever grow. */
  readonly #elapsed: () => number;

  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  /** A nudge came to nothing. @param error absent where it was answered, and the NodePool is not settled all the same */
  noteVain(name: string, generation: number, error?: unknown): void {
    if (error instanceof KubeError && !IS_ABOUT_IT.has(error.code)) return;
    const before = this.#vain.get(name);
    const isSame = before?.generation === generation;
    const sinceMs = isSame ? before.sinceMs : this.#elapsed();
    this.#vain.set(name, { generation, sinceMs, nudges: (isSame ? before.nudges : 0) + 1 });
  }

  /**
   * Those that are stuck, by name.
   *
   * @param unsettled the NodePools that are not settled; others are forgotten
   * @param countReached how many NodePools were changed for this very set: where it is fewer than are stuck, it is not
   * these NodePools that something is wrong with
   */
  among(unsettled: ReadonlySet<string>, generation: number, countReached: () => number): ReadonlySet<string> {
    const stuck = new Set<string>();
    for (const [name, vain] of this.#vain) {
      if (!unsettled.has(name)) this.#vain.delete(name);
      else if (vain.generation === generation && this.#isLong(vain)) stuck.add(name);
    }
    return stuck.size > 0 && stuck.size <= countReached() ? stuck : NONE;
  }

  #isLong({ sinceMs, nudges }: Vain): boolean {
    return nudges >= FEWEST_NUDGES && this.#elapsed() - sinceMs >= STUCK_AFTER_MS;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** What the API server says of the object, and not of itself, of our rights or of a webhook that does not answer. */
const IS_ABOUT_IT: ReadonlySet<string> = new Set(['kube.invalid', 'kube.denied']);
