import { untilDone } from '../../../shared/kube/until-done.ts';
import type { ArcAnswer } from '../../../shared/record/arc-answer.ts';
import { type ArcLook, factsOf } from '../../../shared/record/arc-facts.ts';
import { groupOf } from '../../../shared/record/arc-groups.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import type { Listenable } from '../../../shared/stores/listenable.ts';
import type { Controller } from '../../term/controller.ts';
import type { ArcApi } from './arc-api.ts';
import { LookPlan } from './look-plan.ts';

/** Karpenter asks each 30 s. Jitter keeps the watchers of many clusters of an account apart. */
const USUAL_GAP_MS = 30_000;
const JITTER_MS = 30_000;
/** A shift that is extended at the last moment is asked for before its end. */
const BEFORE_END_MS = 5000;
/** An answer that is older has waited in a process that was suspended. */
const STALE_AFTER_MS = 30_000;

export interface ArcWatchOptions {
  readonly api: Pick<ArcApi, 'ask'>;
  /** The clock, in milliseconds since the epoch: how old an answer is. */
  now(): number;
  /** Milliseconds that only ever grow: when to look again, whatever happens to the clock. */
  elapsed(): number;
  /** Between 0 and 1. */
  random(): number;
  readonly record: { current(): ZoneRecord | undefined } & Listenable;
  apply(look: ArcLook, signal: AbortSignal): Promise<void>;
  onAnswer(answer: ArcAnswer): void;
  onProblem(error: unknown): void;
}

/**
 * Looks at ARC's API again and again: soon after somebody heard something, else each 30 to 60 s. What it finds is put into
 * the record by `apply`, which has to be one guarded write.
 */
export function createArcWatch(options: ArcWatchOptions): Controller {
  const { record, api, now, elapsed, random } = options;
  const plan = new LookPlan();
  const left = (): number => {
    const current = record.current();
    const elapsedMs = elapsed();
    const due = plan.dueAt(current?.requests?.look, isUnsure(current));
    const end = nextEnd(current, now());
    const last = end === undefined ? due : plan.sooner(due, elapsedMs + end - BEFORE_END_MS);
    return Math.max(0, last - elapsedMs);
  };
  return {
    name: 'arc',
    rank: 'shift',
    wokenBy: [record],
    async reconcile(signal) {
      if (left() > 0) return { againInMs: left() };
      plan.begin(elapsed(), record.current()?.requests?.look);
      try {
        const answer = await api.ask(signal);
        options.onAnswer(answer);
        plan.answered(isThrottled(answer));
        await applied(answer, options, signal);
      } catch (error) {
        if (!signal.aborted) options.onProblem(error);
      }
      plan.next(USUAL_GAP_MS + random() * JITTER_MS);
      return { againInMs: left() };
    },
  };
}

/**
 * Puts an answer into the record, again after a back-off while the API server does not take it. A look from before this
 * process slept, or from before the API server was away, says nothing of now.
 */
async function applied(answer: ArcAnswer, options: ArcWatchOptions, signal: AbortSignal): Promise<void> {
  const { now, apply, onProblem } = options;
  const leftMs = answer.askedAtMs + STALE_AFTER_MS - now();
  if (leftMs <= 0) return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.min(leftMs, STALE_AFTER_MS))]);
  let failure: unknown;
  const onFailure = (error: unknown) => {
    failure = error;
    if (!limit.aborted) onProblem(error);
  };
  await untilDone(() => apply(factsOf(answer), limit), { signal: limit, onFailure }).catch(
    (error: unknown) => {
      // Each failure was told; that the time for more is over is none.
      if (signal.aborted || failure === undefined) throw error;
    },
  );
}

function isThrottled({ autoshifts, zonalShifts, resource }: ArcAnswer): boolean {
  return [autoshifts, zonalShifts, resource].some(
    (asked) => asked?.ok === false && asked.trouble === 'throttled',
  );
}

/** In how many milliseconds the next source ends that ARC told of. */
function nextEnd(record: ZoneRecord | undefined, nowMs: number): number | undefined {
  const ends = (record?.zones ?? []).flatMap(({ sources }) =>
    sources.flatMap(({ via, until }) =>
      via === 'arc' && until !== undefined && Date.parse(until) > nowMs ? [Date.parse(until) - nowMs] : [],
    ),
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Whether something in the record waits for ARC's word. */
function isUnsure(record: ZoneRecord | undefined): boolean {
  return (
    record?.zones.some(({ sources }) =>
      sources.some(
        (source) =>
          groupOf(source) !== undefined && (source.via !== 'arc' || source.absentSince !== undefined),
      ),
    ) ?? false
  );
}
