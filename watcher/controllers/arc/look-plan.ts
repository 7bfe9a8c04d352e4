/** The least time between two looks. EKS itself asks for a minute between shifts; events come in bursts. */
const LEAST_GAP_MS = 2000;
/** After ARC said that it is asked too often: twice the gap each time, up to this. Events can ask for a look at any rate. */
const MOST_LEAST_GAP_MS = 60_000;
/** While ARC has yet to confirm or to end something. */
const UNSURE_GAP_MS = 10_000;

/** When the next look is due, in the milliseconds of `elapsed`. */
export class LookPlan {
  #begunMs: number | undefined;
  #askedFor: string | undefined;
  #dueMs = 0;
  #leastGapMs = LEAST_GAP_MS;

  begin(elapsedMs: number, askedFor: string | undefined): void {
    this.#begunMs = elapsedMs;
    this.#askedFor = askedFor;
  }

  next(gapMs: number): void {
    this.#dueMs = (this.#begunMs ?? 0) + gapMs;
  }

  /** ARC has answered the last look, or said that it came too soon. */
  answered(isThrottled: boolean): void {
    this.#leastGapMs = isThrottled ? Math.min(2 * this.#leastGapMs, MOST_LEAST_GAP_MS) : LEAST_GAP_MS;
  }

  /**
   * As planned; sooner while something waits for ARC's word, which the record says only some time after the look that
   * wrote it; and soonest where somebody asked for a look after the last began: the request is another than it was then.
   * Times are not compared, since the clock that wrote it may be another one.
   */
  dueAt(askedFor: string | undefined, isUnsure: boolean): number {
    if (this.#begunMs === undefined) return 0;
    const leastMs = this.#begunMs + this.#leastGapMs;
    if (askedFor !== this.#askedFor) return leastMs;
    const dueMs = isUnsure ? Math.min(this.#dueMs, this.#begunMs + UNSURE_GAP_MS) : this.#dueMs;
    return Math.max(dueMs, leastMs);
  }

  /** What is due, or the given moment where that is sooner, and no look has begun after it. */
  sooner(due: number, momentMs: number): number {
    if (this.#begunMs === undefined || this.#begunMs >= momentMs) return due;
    return Math.min(due, Math.max(momentMs, this.#begunMs + this.#leastGapMs));
  }
}
