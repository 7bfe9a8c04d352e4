/**
 * How long one NodePool that cannot be written may keep the Nodes of a zone cordoned that is back. All that comes of
 * an uncordon before the last freeze is out is that pods may go to a zone that is healthy.
 */
export const RELEASE_LIMIT_MS = 5000;

/** One look of the settler at all NodePools. */
export interface NudgeRound {
  readonly generation: number;
  readonly unsettled: number;
  readonly ahead: number;
}

/** Which generation has reached the NodePools, as far as this term of the leader saw. */
export class NudgedGeneration {
  #last: (NudgeRound & { readonly firstAt: number }) | undefined;

  see(round: NudgeRound, nowMs: number): void {
    const before = this.#last;
    const firstAt = before?.generation === round.generation ? before.firstAt : nowMs;
    this.#last = { ...round, firstAt };
  }

  /** Whether every NodePool is what the set of that generation asks for. */
  isSettled(generation: number): boolean {
    const last = this.#last;
    return last?.generation === generation && last.unsettled + last.ahead === 0;
  }

  /**
   * Whether the zones that the set of that generation has no more may be given back: every NodePool is settled, or
   * each was nudged and some won't follow. Not while one was made from a newer set: then ours is an old one.
   */
  isReleased(generation: number, nowMs: number): boolean {
    if (this.isSettled(generation)) return true;
    const last = this.#last;
    if (last?.generation !== generation || last.ahead > 0) return false;
    return nowMs - last.firstAt >= RELEASE_LIMIT_MS;
  }
}
