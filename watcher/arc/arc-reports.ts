import type { Logger } from '../../shared/logging/logger.ts';
import type { WatcherMetrics } from '../metrics.ts';
import type { ArcAnswer, Asked } from './arc-answer.ts';

/** ARC's answers as metrics, and as a log line whenever an operation begins or ceases to answer. */
export function createArcReports(metrics: WatcherMetrics, log: Logger): (answer: ArcAnswer) => void {
  const results = new Map<string, string>();
  return (answer) => {
    const operations: readonly (readonly [string, Asked<unknown> | undefined])[] = [
      ['ListAutoshifts', answer.autoshifts],
      ['ListZonalShifts', answer.zonalShifts],
      ['GetManagedResource', answer.resource],
    ];
    for (const [operation, asked] of operations) {
      if (asked === undefined) continue;
      const result = asked.ok ? 'answered' : asked.trouble;
      metrics.arcRequests.inc({ operation, result });
      if (asked.ok) metrics.arcLastAnswer.set({ operation }, answer.askedAtMs / 1000);
      const before = results.get(operation);
      results.set(operation, result);
      if (before === result) continue;
      if (!asked.ok) log.warn({ operation, trouble: result, error: asked.error.message }, 'ARC does not answer');
      else log.info({ operation }, 'ARC answers');
    }
  };
}
