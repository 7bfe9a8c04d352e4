import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { NodePoolEvent } from '../admission/nodepool-event.ts';
import type { Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import type { WebhookMetrics } from '../metrics/webhook-metrics.ts';

/** Hears of each decision after it was answered. */
export type PolicyTelling = (request: AdmissionRequest, kind: string, outcome: Outcome) => void;

/**
 * Counts what the policy said, hands on the Events that a dry run has not, and tells a defect of a rule: in a metric each
 * time, and once in the log, because it comes with every write.
 */
export function createPolicyTelling(options: {
  readonly metrics: WebhookMetrics;
  readonly log: Logger;
  readonly tell?: ((events: readonly NodePoolEvent[]) => void) | undefined;
}): PolicyTelling {
  const { metrics, log, tell } = options;
  const told = new Set<string>();
  return (request, kind, { facts, defects = [], events = [] }) => {
    for (const { rule, severity } of facts.findings ?? []) metrics.findings.inc({ kind, rule, severity });
    for (const { rule, error } of defects) {
      metrics.ruleErrors.inc({ rule });
      if (told.has(rule)) continue;
      told.add(rule);
      const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
      log.error({ rule, uid: request.uid, error: stack }, DEFECT);
    }
    if (request.dryRun !== true && events.length > 0) tell?.(events);
  };
}

const DEFECT =
  'a rule of the policy failed, and counts as having found nothing; this is a defect in zonewarden, told once a rule';
