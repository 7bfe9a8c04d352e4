import type { Reach } from '../record/reach.ts';
import type { FoundReach } from './gathered-places.ts';

/**
 * How long what was known stands while something is missing that comes by itself: lists that a new leader reads, and
 * subnets of an EC2NodeClass that Karpenter has yet to look for, before which it launches nothing by it. Without it each
 * new leader and each new EC2NodeClass would impair zones elsewhere for a moment.
 */
export const PASSING_MS = 15_000;

/** What is known of the reach of the cluster, over the moments in which something of it is missing. */
export class ReachInTime {
  #missingSinceMs: number | undefined;

  /**
   * @param elapsedMs milliseconds that only ever grow
   * @returns what the record is to say; `undefined`: what it says already stands
   */
  see({ reach, isPassing }: FoundReach, elapsedMs: number): Reach | undefined {
    if (!isPassing) {
      this.#missingSinceMs = undefined;
      return reach;
    }
    this.#missingSinceMs ??= elapsedMs;
    return elapsedMs - this.#missingSinceMs < PASSING_MS ? undefined : reach;
  }
}
