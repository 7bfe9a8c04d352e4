import type { Logger } from '../../shared/process/logger.ts';
import type { WatcherMetrics } from '../metrics.ts';
import type { BindingState } from './binding-watch.ts';
import type { PolicyFallbackOptions } from './policy-fallback.ts';
import type { PolicyPresence, PolicyState } from './policy-writer.ts';

/** What becomes of the policy fallback, as metrics and log lines. */
export function fallbackReports(sinks: {
  readonly metrics: WatcherMetrics;
  readonly log: Logger;
  problem(part: string, error: unknown): void;
}): {
  readonly callbacks: Pick<
    PolicyFallbackOptions,
    'onWrite' | 'onState' | 'onLeftOut' | 'onBinding' | 'onProblem'
  >;
  /** Takes back what only a leader can know. */
  forget(): void;
} {
  const { metrics, log, problem } = sinks;
  return {
    callbacks: {
      onWrite(result, generation) {
        metrics.fallbackWrites.inc({ result });
        if (result === 'written')
          log.info({ event: 'policy-fallback', result, generation }, 'the policy fallback was written');
      },
      onState({ presence, generation }: PolicyState) {
        metrics.fallbackPresent.set(presence === 'present' ? 1 : 0);
        metrics.fallbackGeneration.set(generation ?? 0);
        const line = { event: 'policy-fallback', presence, generation: generation ?? null };
        if (presence === 'present') log.info(line, SAID[presence]);
        else log.warn(line, SAID[presence]);
      },
      onLeftOut(count) {
        log.warn(
          { event: 'policy-fallback', leftOut: count },
          'exempt NodePools that have no room in the policy fallback: their NodeClaims are judged as any other',
        );
      },
      onBinding(to, from) {
        metrics.fallbackEnforced.set(to === 'denies' ? 1 : 0);
        const event = from === 'denies' ? 'break-glass' : 'policy-binding';
        const line = { event, binding: to, from: from ?? null };
        if (to === 'denies') log.info(line, BOUND[to]);
        else log.warn(line, BOUND[to]);
      },
      onProblem: (kind, error) => problem(`policy-fallback-${kind}`, error),
    },
    forget() {
      metrics.fallbackPresent.set(0);
      metrics.fallbackEnforced.set(0);
      metrics.fallbackGeneration.set(0);
    },
  };
}

const BOUND: Readonly<Record<BindingState, string>> = {
  denies: 'the policy fallback is in force',
  audits: 'the policy fallback refuses nothing: its binding does not say Deny',
  absent: 'the policy fallback is not in force: it has no binding',
};

const SAID: Readonly<Record<PolicyPresence, string>> = {
  present: 'the policy fallback is there',
  absent: 'there is no policy fallback: while no webhook answers, nothing keeps NodeClaims out of a zone',
  unreadable:
    'the policy fallback cannot be read: it needs Kubernetes 1.30, and the right to list ValidatingAdmissionPolicies',
};
