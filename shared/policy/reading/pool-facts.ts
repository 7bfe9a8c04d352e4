import type { Requirement } from '../../requirements/requirement.ts';

/**
 * What rules read of a NodePool or a NodeClaim, whichever of the two it is. Every part may be missing, and one of a
 * wrong shape counts as missing: the rule `operator-values` says so, all others judge what can be read.
 */
export interface PoolFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly requirements: readonly Requirement[];
  /** Where `requirements` stands: `spec.template.spec.requirements` or `spec.requirements`. */
  readonly requirementsPath: string;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly nodeClassRef: NodeClassRef | undefined;
  readonly expireAfter: string | undefined;
  readonly terminationGracePeriod: string | undefined;
  readonly limits: Readonly<Record<string, string | number>> | undefined;
  /** Set: a static NodePool. */
  readonly replicas: number | undefined;
  readonly weight: number | undefined;
  readonly disruption: Disruption | undefined;
}

export interface Taint {
  readonly key: string;
  readonly value: string | undefined;
  readonly effect: string | undefined;
}

export interface NodeClassRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

export interface Disruption {
  readonly consolidationPolicy: string | undefined;
  readonly consolidateAfter: string | undefined;
  /** `undefined`: not said; `[]`: said to be none. */
  readonly budgets: readonly Budget[] | undefined;
}

export interface Budget {
  readonly nodes: string | undefined;
  readonly reasons: readonly string[] | undefined;
  readonly schedule: string | undefined;
  readonly duration: string | undefined;
}
