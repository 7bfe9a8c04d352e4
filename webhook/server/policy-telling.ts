import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { NodePoolEvent } from '../admission/nodepool-event.ts';
import type { Outcome, RuleDefect } from '../admission/outcome.ts';
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
  const { metrics, tell } = options;
  const tellDefect = defectsToldOnce(options);
  return (request, kind, { facts, defects = [], unasked = [], events = [] }) => {
    for (const { rule, severity } of facts.findings ?? []) metrics.findings.inc({ kind, rule, severity });
    for (const rule of unasked) metrics.unaskedRules.inc({ rule });
    for (const defect of defects) tellDefect(defect, request.uid);
    if (request.dryRun !== true && events.length > 0) tell?.(events);
  };
}

function defectsToldOnce({ metrics, log }: { readonly metrics: WebhookMetrics; readonly log: Logger }) {
  const told = new Set<string>();
  return ({ rule, error }: RuleDefect, uid: string): void => {
    metrics.ruleErrors.inc({ rule });
    if (told.has(rule)) return;
    told.add(rule);
    const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    log.error({ rule, uid, error: stack }, DEFECT);
  };
}

const DEFECT =
  'a rule of the policy failed, and counts as having found nothing; this is a defect in zonewarden, told once a rule';
