import type { ImpairedSet } from '../../shared/record/impaired-set.ts';

/** How long nudging waits for Nodes: NodePools must never wait for long. */
export const CORDON_FIRST_MS = 500;

/**
 * Cordon first, then nudge: what consolidation of other NodePools might move must find the zone's Nodes cordoned. But
 * only for a moment. Sets without an impaired zone never wait.
 */
export class NudgeGate {
  readonly #limitMs: number;
  readonly #onOpen: () => void;
  /** The generation that may be nudged for. */
  #open: number | undefined;
  /** The generation for which all Nodes were looked at. */
  #cordoned: number | undefined;
  /** The generation that is waiting. */
  #waiting: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param options.onOpen told when a set that had to wait may be nudged for */
  constructor(options: { readonly limitMs: number; readonly onOpen: () => void }) {
    this.#limitMs = options.limitMs;
    this.#onOpen = options.onOpen;
  }

  /** Whether NodePools may be nudged for the set. Asking begins the wait, for which the limit runs once. */
  isOpen({ generation, zones }: ImpairedSet): boolean {
    if (generation === this.#open || generation === this.#cordoned) return true;
    if (!zones.some(({ state }) => state === 'impaired')) return true;
    this.#waiting = generation;
    // A set that follows while one waits has no time of its own: many in a row must not add up.
    this.#timer ??= setTimeout(() => this.#letThrough(), this.#limitMs);
    return false;
  }

  /** All Nodes were looked at for that generation, whatever came of it. */
  cordonedFor(generation: number): void {
    this.#cordoned = generation;
    if (generation === this.#waiting) this.#letThrough();
  }

  /** Ends the wait; nobody is told. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #letThrough(): void {
    this.close();
    this.#open = this.#waiting;
    this.#waiting = undefined;
    this.#onOpen();
  }
}
