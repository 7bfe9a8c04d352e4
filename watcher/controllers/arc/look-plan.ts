/** The least time between two looks. EKS itself asks for a minute between shifts; events come in bursts. */
const LEAST_GAP_MS = 2000;
/** While ARC has yet to confirm or to end something. */
const UNSURE_GAP_MS = 10_000;

/** When the next look is due, in the milliseconds of `elapsed`. */
export class LookPlan {
  #begunMs: number | undefined;
  #askedFor: string | undefined;
  #dueMs = 0;

  begin(elapsedMs: number, askedFor: string | undefined): void {
    this.#begunMs = elapsedMs;
    this.#askedFor = askedFor;
  }

  next(gapMs: number): void {
    this.#dueMs = (this.#begunMs ?? 0) + gapMs;
  }

  /**
   * As planned; sooner while something waits for ARC's word, which the record says only some time after the look that
   * wrote it; and soonest where somebody asked for a look after the last began: the request is another than it was then.
   * Times are not compared, since the clock that wrote it may be another one.
   */
  dueAt(askedFor: string | undefined, isUnsure: boolean): number {
    if (this.#begunMs === undefined) return 0;
    if (askedFor !== this.#askedFor) return this.#begunMs + LEAST_GAP_MS;
    return isUnsure ? Math.min(this.#dueMs, this.#begunMs + UNSURE_GAP_MS) : this.#dueMs;
  }

  /** What is due, or the given moment where that is sooner, and no look has begun after it. */
  sooner(due: number, momentMs: number): number {
    if (this.#begunMs === undefined || this.#begunMs >= momentMs) return due;
    return Math.min(due, Math.max(momentMs, this.#begunMs + LEAST_GAP_MS));
  }
}
