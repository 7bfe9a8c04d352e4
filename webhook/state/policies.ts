import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import type { Policy } from '../../shared/policy/core/policy.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { UsedZones } from '../../shared/record/zone-record.ts';
import { createDocumentWatch } from '../../shared/stores/document-watch.ts';
import { CATALOG, POLICY } from '../../shared/stores/documents.ts';
import { judgedByNodeClasses } from '../../shared/stores/judged-by-node-classes.ts';
import { NODE_CLASSES } from '../../shared/stores/kinds.ts';
import { oncePerList } from '../../shared/stores/once-per-list.ts';
import { createStore } from '../../shared/stores/store.ts';
import { isTrouble, type StoreProblem } from '../../shared/stores/store-problem.ts';
import type { PolicyState } from '../admission/outcome.ts';
import type { PoliciesShown, WebhookMetrics } from '../metrics/webhook-metrics.ts';
import { RememberedVerdicts } from '../policies/remembered-verdicts.ts';
import { HELD_POOLS, type HeldPool } from './held-pools.ts';

/**
 * How long rules are asked for about one request. An API server waits for 5 s, and a verdict takes a few milliseconds at the
 * most: what takes longer is a rule that was not foreseen, and the next request must not wait for it.
 */
const VERDICT_MS = 250;

/** Makes something of the zones in use once, for as long as the record is the same: who compares it looks no further. */
function oncePerUsed<Made>(make: (used: UsedZones) => Made): (used: UsedZones | undefined) => Made {
  let last: { readonly used: UsedZones | undefined; readonly made: Made } | undefined;
  return (used) => {
    if (last === undefined || last.used !== used) last = { used, made: make(used ?? {}) };
    return last.made;
  };
}

/** Begins the time of a verdict; answers whether it is over. */
function verdictTime(): () => boolean {
  const begunMs = performance.now();
  return () => performance.now() - begunMs > VERDICT_MS;
}

export interface Policies {
  start(): void;
  stop(): Promise<void>;
  /** What to judge by now. */
  current(): PolicyState;
  shown(): PoliciesShown;
  /** Names of the NodePools that are exempt from enforcement now. */
  exemptPools(): ReadonlySet<string>;
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
  /** The zones that the cluster uses; `undefined` while nobody knows. */
  usedZones(): UsedZones | undefined;
  now(): number;
}): Policies {
  const { client, namespace, metrics, log } = options;
  const onProblem = (what: string) => (kind: StoreProblem['kind'] | 'unreadable', error: unknown) => {
    if (kind !== 'unreadable' && !isTrouble(kind)) return;
    log.warn({ problem: kind, error: messageOf(error) }, `trouble with ${what}; the last good one holds`);
  };
  let wasRead = false;
  const inForce = (): Policy => {
    wasRead ||= policies.problem() === undefined;
    return wasRead ? policies.current() : { ...policies.current(), mode: 'audit' };
  };
  const policies = createDocumentWatch({
    ...{ client, namespace, document: POLICY },
    onProblem: onProblem('the policy'),
  });
  let shownPolicy: Policy | undefined;
  policies.listen(() => {
    const policy = policies.current();
    if (policies.problem() !== undefined || policy === shownPolicy) return;
    shownPolicy = policy;
    const { profile, mode, rules, overrides, karpenterUsers, trustedUsers } = policy;
    metrics.policyReads.inc();
    log.info(
      { policy: { profile, mode, rules, overrides, karpenterUsers, trustedUsers } },
      'the policy was read',
    );
  });
  const catalogs = createDocumentWatch({
    ...{ client, namespace, document: CATALOG },
    onProblem: onProblem('the catalogue of instance types'),
  });
  const nodeClasses = createStore({
    client,
    kind: NODE_CLASSES,
    onProblem: ({ kind, error }) => onProblem('EC2NodeClasses')(kind, error),
  });
  const nodePools = createStore({
    client,
    kind: HELD_POOLS,
    onProblem: ({ kind, error }) => onProblem('NodePools')(kind, error),
  });
  const factsOf = oncePerList((pools: readonly HeldPool[]) => pools.map(({ facts }) => facts));
  const exemptAmong = oncePerList(
    (pools: readonly HeldPool[]) => new Set(pools.flatMap(({ name, exempt }) => (exempt ? [name] : []))),
  );
  // One that cannot be judged is there all the same; one that is being deleted may be kept so for ever, by a finalizer.
  const namesOf = oncePerList(
    (pools: readonly HeldPool[]) =>
      new Set([...pools.flatMap(({ name, isGoing }) => (isGoing ? [] : [name])), ...nodePools.unjudgeable]),
  );
  const zonesOf = oncePerUsed((used) => Object.entries(used).map(([id, name]) => ({ id, name })));
  const remembered = new RememberedVerdicts();
  const byNodeClasses = judgedByNodeClasses(nodeClasses);
  const catalog = () => catalogs.current() ?? bundledCatalog();
  const parts = [policies, catalogs, nodeClasses, nodePools];
  // The one account, by the name that the manifests give it: others of the namespace are judged as anybody.
  const ownUser = `system:serviceaccount:${namespace}:zonewarden`;
  return {
    start() {
      for (const part of parts) part.start();
    },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
    current: () => ({
      isOver: verdictTime(),
      remembered,
      policy: inForce(),
      ownUser,
      nowMs: options.now(),
      around: {
        catalog: catalog(),
        ...byNodeClasses(),
        checkedByApiServer: true,
        nodePools: factsOf(nodePools.all()),
        ...(nodePools.known ? { nodePoolNames: namesOf(nodePools.all()) } : {}),
        zones: zonesOf(options.usedZones()),
      },
    }),
    exemptPools: () => exemptAmong(nodePools.all()),
    shown() {
      const { profile, mode } = inForce();
      const { origin, types } = catalog();
      const problem = policies.problem();
      return { profile, mode, problem, catalogSource: origin.source, catalogTypes: types.length };
    },
  };
}
