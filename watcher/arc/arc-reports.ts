import type { Logger } from '../../shared/process/logger.ts';
import type { ArcAnswer, Asked } from '../../shared/record/arc-answer.ts';
import type { WatcherMetrics } from '../metrics.ts';

/** ARC's answers as metrics, and as a log line whenever an operation begins or ceases to answer. */
export function createArcReports(metrics: WatcherMetrics, log: Logger): (answer: ArcAnswer) => void {
  const results = new Map<string, string>();
  const report = (operation: string, asked: Asked<unknown>, askedAtMs: number): void => {
    const result = asked.ok ? 'answered' : asked.trouble;
    metrics.arcRequests.inc({ operation, result });
    if (asked.ok) metrics.arcLastAnswer.set({ operation }, askedAtMs / 1000);
    if (results.get(operation) === result) return;
    results.set(operation, result);
    if (asked.ok) log.info({ operation }, 'ARC answers');
    else log.warn({ operation, trouble: result, error: asked.error.message }, 'ARC does not answer');
  };
  return (answer) => {
    const { autoshifts, zonalShifts, resource, askedAtMs } = answer;
    report('ListAutoshifts', autoshifts, askedAtMs);
    if (zonalShifts !== undefined) report('ListZonalShifts', zonalShifts, askedAtMs);
    if (resource !== undefined) report('GetManagedResource', resource, askedAtMs);
  };
}
