import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isTrouble, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import type { Policy } from '../../shared/policy/core/policy.ts';
import type { PoolFacts } from '../../shared/policy/reading/pool-facts.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { UsedZones } from '../../shared/record/impaired-record.ts';
import { createCatalogWatch } from '../../shared/stores/catalog-watch.ts';
import { createPolicyWatch } from '../../shared/stores/policy-watch.ts';
import type { PolicyState } from '../admission/outcome.ts';
import type { PoliciesShown, WebhookMetrics } from '../metrics/webhook-metrics.ts';
import { createNodeClasses } from './node-classes.ts';

export interface Policies {
  start(): void;
  stop(): Promise<void>;
  /** What to judge by now. */
  current(): PolicyState;
  shown(): PoliciesShown;
}

/**
 * What the validating step judges by: the policy, the catalogue of instance types, and what is in the cluster. None of it
 * keeps a replica from becoming ready. Until the policy was read once, findings are written down and nobody is refused or
 * warned: a rule that denies by default may be one that this cluster has switched off.
 */
export function createPolicies(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly metrics: WebhookMetrics;
  readonly log: Logger;
  /** The NodePools that are stored. */
  nodePools(): readonly PoolFacts[];
  /** The zones that the cluster uses; `undefined` while nobody knows. */
  usedZones(): UsedZones | undefined;
  now(): number;
}): Policies {
  const { client, namespace, metrics, log } = options;
  const onProblem = (what: string) => (kind: ListWatchProblem['kind'] | 'unreadable', error: unknown) => {
    if (kind !== 'unreadable' && !isTrouble(kind)) return;
    log.warn({ problem: kind, error: messageOf(error) }, `trouble with ${what}; the last good one holds`);
  };
  let wasRead = false;
  const inForce = (): Policy => {
    wasRead ||= policies.problem() === undefined;
    return wasRead ? policies.current() : { ...policies.current(), mode: 'audit' };
  };
  const policies = createPolicyWatch({
    client,
    namespace,
    onPolicy({ profile, mode, rules, overrides, trustedUsers }) {
      metrics.policyReads.inc();
      log.info({ policy: { profile, mode, rules, overrides, trustedUsers } }, 'the policy was read');
    },
    onProblem: onProblem('the policy'),
  });
  const catalogs = createCatalogWatch({
    client,
    namespace,
    onProblem: onProblem('the catalogue of instance types'),
  });
  const nodeClasses = createNodeClasses({ client, onProblem: onProblem('EC2NodeClasses') });
  const catalog = () => catalogs.current() ?? bundledCatalog();
  const parts = [policies, catalogs, nodeClasses];
  const ownUsers = [`system:serviceaccount:${namespace}:*`];
  return {
    start() {
      for (const part of parts) part.start();
    },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
    current: () => ({
      policy: inForce(),
      ownUsers,
      nowMs: options.now(),
      around: {
        catalog: catalog(),
        nodeClasses: nodeClasses.facts(),
        knowsAllNodeClasses: nodeClasses.areKnown(),
        checkedByApiServer: true,
        nodePools: options.nodePools(),
        zones: Object.entries(options.usedZones() ?? {}).map(([id, name]) => ({ id, name })),
      },
    }),
    shown() {
      const { profile, mode } = inForce();
      const { origin, types } = catalog();
      const problem = policies.problem();
      return { profile, mode, problem, catalogSource: origin.source, catalogTypes: types.length };
    },
  };
}
