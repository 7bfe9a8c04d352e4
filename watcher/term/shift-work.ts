import { once } from 'node:events';

/** So long background work gives way at the most: a duty that is never done must not stop it for ever. */
const GIVE_WAY_MS = 10_000;

/** How much of the work is under way that a shift waits for: all else gives way to it. */
export class ShiftWork {
  #underWay = 0;
  #done = Promise.withResolvers<void>();

  async during<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        this.#done.resolve();
        this.#done = Promise.withResolvers();
      }
    }
  }

  /** Resolves when none is, or it was waited for long enough. */
  async isDone(signal: AbortSignal): Promise<void> {
    if (this.#underWay === 0) return;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(GIVE_WAY_MS)]);
    const over = once(limit, 'abort');
    while (this.#underWay > 0 && !limit.aborted) await Promise.race([this.#done.promise, over]);
  }
}
