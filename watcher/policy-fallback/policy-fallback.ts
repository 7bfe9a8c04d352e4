import type { KubeClient } from '../../shared/kube/client.ts';
import { OPENING_DELAY_MS } from '../../shared/record/opening-delay.ts';
import { effectiveAt, type ImpairedRecord } from '../../shared/zones/impaired-record.ts';
import type { TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { policyLiterals } from './policy-literals.ts';
import { policyRules } from './policy-rules.ts';
import { createPolicyWriter, type PolicyWriterOptions } from './policy-writer.ts';

/**
 * A zone whose end is known leaves the policy so long before it, which is looked for once a second: the webhook gives it
 * back at that very moment. For these seconds the webhook alone keeps the zone out.
 */
const AHEAD_MS = OPENING_DELAY_MS + 1000;

export interface PolicyFallbackOptions
  extends Pick<PolicyWriterOptions, 'client' | 'onWrite' | 'onState' | 'onProblem'> {
  readonly client: KubeClient;
  record(): ImpairedRecord | undefined;
  /** Names of the NodePools that are exempt; `undefined` while they are not known. */
  exemptPools(): Iterable<string> | undefined;
  /** More NodePools are exempt than the policy has room for: so many of them are not in it. Told when that changes. */
  onLeftOut(count: number): void;
  now(): number;
}

/** Keeps the impaired zones of the record in the policy that holds while no webhook answers. */
export function createPolicyFallback(options: PolicyFallbackOptions): TriggeredRounds {
  let leftOutTold = 0;
  return createPolicyWriter({
    ...options,
    wanted() {
      const record = options.record();
      const exempt = options.exemptPools();
      if (record === undefined || exempt === undefined) return undefined;
      const literals = policyLiterals(effectiveAt(record, options.now() + AHEAD_MS), exempt);
      if (literals.leftOut !== leftOutTold) options.onLeftOut(literals.leftOut);
      leftOutTold = literals.leftOut;
      return { generation: literals.generation, rules: policyRules(literals) };
    },
  });
}
