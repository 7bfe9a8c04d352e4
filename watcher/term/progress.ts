import { Listeners } from '../../shared/stores/listenable.ts';

/**
 * How long one NodePool that cannot be written may keep the Nodes of a zone cordoned that is back. All that comes of
 * an uncordon before the last freeze is out is that pods may go to a zone that is healthy.
 */
export const RELEASE_LIMIT_MS = 5000;

/** One look at all NodePools. */
export interface PoolRound {
  readonly generation: number;
  readonly unsettled: number;
  readonly ahead: number;
  /** Names of those unsettled ones that do not follow, whatever is done: nobody waits for them. */
  readonly stuck?: ReadonlySet<string>;
}

/** How far a generation of the record has come: the one thing that duties of the leader tell each other. */
export class Progress {
  /** All Nodes were looked at for another generation. */
  readonly nodes = new Listeners();
  /** A generation has reached all NodePools, or does not any more. */
  readonly pools = new Listeners();
  #nodesTriedFor: number | undefined;
  #last: (PoolRound & { readonly firstAt: number }) | undefined;

  /** All Nodes were looked at for that generation, whatever came of it. */
  nodesTried(generation: number): void {
    const isNews = this.#nodesTriedFor !== generation;
    this.#nodesTriedFor = generation;
    if (isNews) this.nodes.tell();
  }

  areNodesTried(generation: number): boolean {
    return this.#nodesTriedFor === generation;
  }

  /** All NodePools were looked at. */
  poolsLookedAt(round: PoolRound, nowMs: number): void {
    const before = this.#last;
    const firstAt = before?.generation === round.generation ? before.firstAt : nowMs;
    this.#last = { ...round, firstAt };
    if (before?.generation !== round.generation || isReached(before) !== isReached(round)) this.pools.tell();
  }

  /** NodePools that nobody waits for, while that generation is in force. */
  stuck(generation: number): ReadonlySet<string> {
    return this.#last?.generation === generation ? (this.#last.stuck ?? NONE) : NONE;
  }

  /** Whether every NodePool that others wait for is what the set of that generation asks for. */
  isSettled(generation: number): boolean {
    return this.#last?.generation === generation && isReached(this.#last);
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

const NONE: ReadonlySet<string> = new Set();

function isReached({ unsettled, ahead, stuck = NONE }: PoolRound): boolean {
  return unsettled - stuck.size + ahead === 0;
}
