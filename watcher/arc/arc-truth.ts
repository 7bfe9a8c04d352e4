import type { ARCZonalShiftClient } from '@aws-sdk/client-arc-zonal-shift';
import type { Logger } from '../../shared/logging/logger.ts';
import type { RecordStore } from '../../shared/record/record-store.ts';
import type { ImpairedRecord } from '../../shared/zones/impaired-record.ts';
import type { WatcherMetrics } from '../metrics.ts';
import type { ArcAnswer } from './arc-answer.ts';
import { createArcApi } from './arc-api.ts';
import { ARC_GROUPS, type ArcGroup } from './arc-facts.ts';
import { createArcReports } from './arc-reports.ts';
import { type ArcWatch, createArcWatch } from './arc-watch.ts';
import { type ReconcileContext, reconcileWithArc } from './reconcile-with-arc.ts';

/** ARC's API as the watcher uses it. */
export interface ArcTruth {
  readonly watch: ArcWatch;
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
  const watch = createArcWatch({
    api,
    now: Date.now,
    elapsed: () => performance.now(),
    random: Math.random,
    record: options.record,
    async apply(look, signal) {
      await store.update(
        (stored) => reconcileWithArc(stored, look, { ...options.surroundings(), nowMs: Date.now() }),
        signal,
      );
    },
    onAnswer(answer) {
      last = answer;
      report(answer);
    },
    onProblem: (error) => options.problem('arc', error),
  });
  const asked = resourceArn === undefined ? (['region'] as const) : ARC_GROUPS;
  return { watch, state: () => ({ asked, mute: watch.mute(), last }), close: () => api.close() };
}
