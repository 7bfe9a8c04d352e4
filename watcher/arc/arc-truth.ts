import type { ARCZonalShiftClient } from '@aws-sdk/client-arc-zonal-shift';
import type { Logger } from '../../shared/process/logger.ts';
import type { ArcAnswer } from '../../shared/record/arc-answer.ts';
import {
  ARC_GROUPS,
  type ArcGroup,
  type ArcLook,
  factsOf,
  troubleOf,
} from '../../shared/record/arc-facts.ts';
import type { ImpairedRecord } from '../../shared/record/impaired-record.ts';
import { type ReconcileContext, reconcileWithArc } from '../../shared/record/reconcile-with-arc.ts';
import type { RecordStore } from '../../shared/stores/record-store.ts';
import type { WatcherMetrics } from '../metrics.ts';
import { createArcApi } from './arc-api.ts';
import { createArcReports } from './arc-reports.ts';
import { type ArcWatch, createArcWatch } from './arc-watch.ts';

/** ARC's API as the watcher uses it. */
export interface ArcTruth {
  readonly watch: ArcWatch;
  /**
   * Asks once, outside of the watch. What ARC says is put into the record only when nothing of it is missing, or what is
   * missing is denied; tells whether it was. @throws KubeError, or the signal's reason
   */
  lookOnce(signal: AbortSignal): Promise<boolean>;
  /** The parts of ARC that cannot be asked, or are not because no resource is configured. */
  silent(): readonly ArcGroup[];
  /** What is asked, what does not answer, and the last answer. */
  state(): {
    readonly asked: readonly ArcGroup[];
    readonly mute: readonly ArcGroup[];
    readonly last: ArcAnswer | undefined;
  };
  close(): void;
}

/** Puts together what asks ARC and what makes of its answers a record. */
export function createArcTruth(options: {
  readonly client: ARCZonalShiftClient;
  readonly resourceArn: string | undefined;
  readonly store: Pick<RecordStore, 'update'>;
  record(): ImpairedRecord | undefined;
  surroundings(): Omit<ReconcileContext, 'nowMs'>;
  readonly metrics: WatcherMetrics;
  readonly log: Logger;
  problem(part: string, error: unknown): void;
}): ArcTruth {
  const { client, resourceArn, store } = options;
  const api = createArcApi({ client, resourceArn, now: Date.now });
  const report = createArcReports(options.metrics, options.log);
  let last: ArcAnswer | undefined;
  const apply = async (look: ArcLook, signal: AbortSignal): Promise<void> => {
    await store.update(
      (stored) => reconcileWithArc(stored, look, { ...options.surroundings(), nowMs: Date.now() }),
      signal,
    );
  };
  const onAnswer = (answer: ArcAnswer): void => {
    last = answer;
    report(answer);
  };
  const watch = createArcWatch({
    api,
    now: Date.now,
    elapsed: () => performance.now(),
    random: Math.random,
    record: options.record,
    apply,
    onAnswer,
    onProblem: (error) => options.problem('arc', error),
  });
  const asked: readonly ArcGroup[] = resourceArn === undefined ? ['region'] : ARC_GROUPS;
  const lookOnce = async (signal: AbortSignal): Promise<boolean> => {
    const answer = await api.ask(signal);
    onAnswer(answer);
    const look = factsOf(answer);
    const isKnown = (group: ArcGroup) => look[group] !== undefined || troubleOf(answer, group) === 'denied';
    if (!asked.every(isKnown)) return false;
    await apply(look, signal);
    return true;
  };
  const silent = () => ARC_GROUPS.filter((group) => !asked.includes(group) || watch.mute().includes(group));
  return {
    watch,
    lookOnce,
    silent,
    state: () => ({ asked, mute: watch.mute(), last }),
    close: () => api.close(),
  };
}
