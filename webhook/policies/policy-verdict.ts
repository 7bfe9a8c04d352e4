import { findingWarnings, refusalMessage } from '../../shared/policy/core/words.ts';
import type { Outcome } from '../admission/outcome.ts';
import type { PolicyReview } from './policy-review.ts';

/**
 * Puts what zone enforcement decided and what the policy says into one outcome: one message for a refusal, whoever
 * refuses; warnings for what is let through.
 *
 * @param what the object in words: `NodePool web`
 */
export function withPolicy(zones: Outcome, review: PolicyReview | undefined, what: string): Outcome {
  if (review === undefined) return zones;
  const { findings, defects, unasked } = review;
  const notes =
    unasked.length === 0
      ? {}
      : { notes: [...(zones.facts.notes ?? []), `not asked in time: ${unasked.join(', ')}`] };
  const facts = { ...zones.facts, ...notes, findings };
  const base = {
    ...zones,
    facts,
    ...(defects.length === 0 ? {} : { defects }),
    ...(unasked.length === 0 ? {} : { unasked }),
  };
  const denied = findings.find(({ severity }) => severity === 'deny');
  if (denied === undefined) {
    const warnings = review.isTold ? findingWarnings(findings) : [];
    if (warnings.length === 0) return base;
    return {
      ...base,
      verdict: { ...zones.verdict, warnings: [...(zones.verdict.warnings ?? []), ...warnings] },
    };
  }
  const words = refusalMessage(what, findings);
  if (!zones.verdict.allowed) {
    const message = zones.verdict.message === undefined ? words : `${zones.verdict.message}\n${words}`;
    return { ...base, verdict: { ...zones.verdict, message } };
  }
  return {
    ...base,
    verdict: { allowed: false, code: 403, message: words },
    facts: { ...facts, action: 'refused', rule: denied.rule },
  };
}
