import type { ArcAnswer, ArcTrouble } from '../../shared/record/arc-answer.ts';
import {
  ARC_GROUPS,
  type ArcGroup,
  type ArcLook,
  factsOf,
  troubleOf,
} from '../../shared/record/arc-facts.ts';
import { groupOf } from '../../shared/record/arc-groups.ts';
import type { ImpairedRecord } from '../../shared/record/impaired-record.ts';
import { createTriggeredRounds } from '../rounds/triggered-rounds.ts';
import type { ArcApi } from './arc-api.ts';

/** The least time between two looks. EKS itself asks for a minute between shifts; events come in bursts. */
const LEAST_GAP_MS = 2000;
/** Karpenter asks each 30 s. Jitter keeps the watchers of many clusters of an account apart. */
const USUAL_GAP_MS = 30_000;
const JITTER_MS = 30_000;
/** While ARC has yet to confirm or to end something. */
const UNSURE_GAP_MS = 10_000;
/** A shift that is extended at the last moment is asked for before its end. */
const BEFORE_END_MS = 5000;
/** A trouble that may pass has to last for so long before events are believed instead of ARC. */
const MUTE_AFTER_MS = 2 * 60 * 1000;
/** An answer that is older has waited in a process that was suspended. */
const STALE_AFTER_MS = 30_000;

/** Troubles that asking again does not mend. */
const LASTING: readonly ArcTrouble[] = ['denied'];

export interface ArcWatch {
  /** The record or the rules changed. */
  trigger(): void;
  run(signal: AbortSignal): Promise<void>;
  /** The parts of ARC that cannot be asked, and have not been for long enough to believe events instead. */
  mute(): readonly ArcGroup[];
}

/**
 * Looks at ARC's API again and again: soon after somebody heard something, else each 30 to 60 s. What it finds is put into
 * the record by `apply`, which has to be one guarded write.
 */
export function createArcWatch(options: {
  readonly api: Pick<ArcApi, 'ask'>;
  /** The clock, in milliseconds since the epoch: how old an answer is. */
  now(): number;
  /** Milliseconds that only ever grow: when to look again, whatever happens to the clock. */
  elapsed(): number;
  /** Between 0 and 1. */
  random(): number;
  record(): ImpairedRecord | undefined;
  apply(look: ArcLook, signal: AbortSignal): Promise<void>;
  onAnswer(answer: ArcAnswer): void;
  onProblem(error: unknown): void;
}): ArcWatch {
  const health = new ArcHealth();
  const plan = new LookPlan();
  const askedFor = () => options.record()?.requests?.look;

  const round = async (signal: AbortSignal): Promise<() => number> => {
    const left = () => {
      const record = options.record();
      const elapsedMs = options.elapsed();
      const due = plan.dueAt(record?.requests?.look, isUnsure(record));
      const end = nextEnd(record, options.now());
      const last = end === undefined ? due : plan.sooner(due, elapsedMs + end - BEFORE_END_MS);
      return Math.max(0, last - elapsedMs);
    };
    if (left() > 0) return left;
    plan.begin(options.elapsed(), askedFor());
    try {
      const answer = await options.api.ask(signal);
      health.see(answer, options.elapsed());
      options.onAnswer(answer);
      // A look from before this process slept says nothing of now.
      if (options.now() - answer.askedAtMs < STALE_AFTER_MS) await options.apply(factsOf(answer), signal);
    } catch (error) {
      if (!signal.aborted) options.onProblem(error);
    }
    plan.next(USUAL_GAP_MS + options.random() * JITTER_MS);
    return left;
  };
  const rounds = createTriggeredRounds(() => {
    // A new term: what this process knew of ARC may be old.
    health.forget();
    plan.forget();
    return round;
  }, options.onProblem);
  return {
    trigger: () => rounds.trigger(),
    run: (signal) => rounds.run(signal),
    mute: () => health.mute(options.elapsed()),
  };
}

/** When the next look is due, in the milliseconds of `elapsed`. */
class LookPlan {
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

  forget(): void {
    this.#begunMs = undefined;
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

/** In how many milliseconds the next source ends that ARC told of. */
function nextEnd(record: ImpairedRecord | undefined, nowMs: number): number | undefined {
  const ends = (record?.zones ?? []).flatMap(({ sources }) =>
    sources.flatMap(({ via, until }) =>
      via === 'arc' && until !== undefined && Date.parse(until) > nowMs ? [Date.parse(until) - nowMs] : [],
    ),
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Whether something in the record waits for ARC's word. */
function isUnsure(record: ImpairedRecord | undefined): boolean {
  return (
    record?.zones.some(({ sources }) =>
      sources.some(
        (source) =>
          groupOf(source) !== undefined && (source.via !== 'arc' || source.absentSince !== undefined),
      ),
    ) ?? false
  );
}

/** Since when each part of ARC cannot be asked. */
class ArcHealth {
  readonly #troubled = new Map<ArcGroup, { readonly sinceMs: number; readonly trouble: ArcTrouble }>();

  see(answer: ArcAnswer, elapsedMs: number): void {
    for (const group of ARC_GROUPS) {
      const trouble = troubleOf(answer, group);
      if (trouble === undefined) this.#troubled.delete(group);
      else this.#troubled.set(group, { sinceMs: this.#troubled.get(group)?.sinceMs ?? elapsedMs, trouble });
    }
  }

  forget(): void {
    this.#troubled.clear();
  }

  mute(elapsedMs: number): ArcGroup[] {
    return [...this.#troubled]
      .filter(([, { sinceMs, trouble }]) => LASTING.includes(trouble) || elapsedMs - sinceMs >= MUTE_AFTER_MS)
      .map(([group]) => group);
  }
}
