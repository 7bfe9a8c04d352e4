import { policyLiterals } from '../../shared/fallback/fallback-literals.ts';
import { policyRules } from '../../shared/fallback/fallback-program.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { effectiveAt, type ImpairedRecord } from '../../shared/record/impaired-record.ts';
import { OPENING_DELAY_MS } from '../../shared/stores/opening-delay.ts';
import type { TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { type BindingState, createBindingWatch } from './binding-watch.ts';
import { createPolicyWriter, type PolicyWriterOptions } from './policy-writer.ts';

/**
 * A zone whose end is known leaves the policy so long before it, which is looked for once a second: the webhook gives it
 * back at that very moment. For these seconds the webhook alone keeps the zone out.
 */
const AHEAD_MS = OPENING_DELAY_MS + 1000;

export interface PolicyFallbackOptions extends Pick<PolicyWriterOptions, 'client' | 'onWrite' | 'onState'> {
  readonly client: KubeClient;
  record(): ImpairedRecord | undefined;
  /** Names of the NodePools that are exempt; `undefined` while they are not known. */
  exemptPools(): Iterable<string> | undefined;
  /** More NodePools are exempt than the policy has room for: so many of them are not in it. Told when that changes. */
  onLeftOut(count: number): void;
  /** Told once of each kind of trouble until it is over. */
  onProblem(kind: 'list' | 'watch' | 'write' | 'binding', error: unknown): void;
  /** The policy's binding is not what it was; `from` is `undefined` at the first look. */
  onBinding(to: BindingState, from: BindingState | undefined): void;
  now(): number;
}

/** Keeps the impaired zones of the record in the policy that holds while no webhook answers. */
export function createPolicyFallback(options: PolicyFallbackOptions): TriggeredRounds {
  let leftOutTold = 0;
  const binding = createBindingWatch(options);
  const writer = createPolicyWriter({
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
  return {
    trigger: () => writer.trigger(),
    async run(signal) {
      binding.start();
      await writer.run(signal);
      await binding.stop();
    },
  };
}
