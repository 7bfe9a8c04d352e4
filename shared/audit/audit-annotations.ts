import type { Finding } from '../policy/core/finding.ts';
import type { DecisionFacts } from './decision-record.ts';

/** Audit backends cut long events; findings are in our own log as a whole. */
const LONGEST_VALUE = 1000;

/**
 * What the audit log of the API server says of a decision, as `<webhook>/<key>`. Both steps have webhooks of the same
 * names, and of two values for a key it keeps the first: no key is used by both. It asks the mutating step again when
 * another webhook has changed the object, so that nothing stands here that would be different then: no time, no uid, and
 * not whether something was changed.
 */
export function auditAnnotations(
  webhook: 'mutate' | 'validate',
  facts: DecisionFacts,
): Record<string, string> {
  return webhook === 'mutate' ? ofMutate(facts) : ofValidate(facts);
}

function ofMutate({ rule, excluded = [] }: DecisionFacts): Record<string, string> {
  return {
    'zone-rule': rule,
    ...(excluded.length === 0 ? {} : { 'excluded-zones': bounded(excluded.map(({ id }) => id)) }),
  };
}

function ofValidate({ action, rule, findings = [] }: DecisionFacts): Record<string, string> {
  return {
    action,
    rule,
    ...(findings.length === 0 ? {} : { findings: bounded(findings.map(shown)) }),
  };
}

/** `deny spot-types-min`, `audit spot-types-min (exempt)` */
function shown({ severity, rule, lowered }: Finding): string {
  return `${severity} ${rule}${lowered === undefined ? '' : ` (${lowered})`}`;
}

/** As many as there is room for, and how many more there are. */
function bounded(parts: readonly string[]): string {
  for (let shownParts = parts.length; shownParts > 0; shownParts -= 1) {
    const hidden = parts.length - shownParts;
    const text = [...parts.slice(0, shownParts), ...(hidden === 0 ? [] : [`${hidden} more`])].join(', ');
    if (text.length <= LONGEST_VALUE) return text;
  }
  return `${parts.length}`;
}
