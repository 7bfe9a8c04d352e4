import { isLikeOneOf } from './like.ts';
import type { PoolFacts } from './pool-facts.ts';
import { PROFILES, type Profile, type Rule } from './rule.ts';
import type { Severity } from './severity.ts';

export { isLikeOneOf };

/** What is asked of one rule. What is absent is as the profile and the rule have it. */
export interface RuleSetting {
  readonly severity?: Severity;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Other settings for some NodePools. The later one that matches wins, rule by rule. */
export interface PolicyOverride {
  /** Names, with `*` for any characters; empty: any name. */
  readonly names: readonly string[];
  /** Labels of the object that must have these values; empty: any labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly profile?: Profile;
  readonly rules: Readonly<Record<string, RuleSetting>>;
}

/** A policy as its document says it (shared/policy/document). */
export interface Policy {
  readonly profile: Profile;
  /** `audit`: nothing is denied and nobody is warned; the audit log and reports say what would have been. */
  readonly mode: 'enforce' | 'audit';
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly overrides: readonly PolicyOverride[];
  /** Users who are never denied, with `*` for any characters. */
  readonly trustedUsers: readonly string[];
}

/**
 * Writers whose failure would stop the cluster: Karpenter under the names that its chart gives its service account, and
 * the controllers of Kubernetes itself, which collect garbage and finish deletions.
 */
export const DEFAULT_TRUSTED_USERS: readonly string[] = [
  'system:serviceaccount:*:karpenter',
  'system:kube-controller-manager',
  'system:serviceaccount:kube-system:*-controller',
  'system:serviceaccount:kube-system:generic-garbage-collector',
  'eks:*',
];

export const DEFAULT_POLICY: Policy = {
  profile: PROFILES[0],
  mode: 'enforce',
  rules: {},
  overrides: [],
  trustedUsers: DEFAULT_TRUSTED_USERS,
};

/** What holds for a rule and an object. */
export interface EffectiveSetting {
  readonly severity: Severity;
  readonly parameters: Readonly<Record<string, number>>;
}

/** The setting of a rule for an object: the last override that names the rule, the policy's rules, the profile. */
export function settingFor(
  policy: Policy,
  rule: Rule,
  object: Pick<PoolFacts, 'name' | 'labels'>,
): EffectiveSetting {
  const overrides = policy.overrides.filter((override) => applies(override, object));
  const profile = overrides.findLast((override) => override.profile !== undefined)?.profile ?? policy.profile;
  const named = [policy, ...overrides].flatMap(({ rules }) =>
    Object.hasOwn(rules, rule.id) ? (rules[rule.id] ?? []) : [],
  );
  return {
    severity: named.findLast(({ severity }) => severity !== undefined)?.severity ?? rule.severity[profile],
    parameters: Object.assign({}, rule.parameters, ...named.map(({ parameters }) => parameters)),
  };
}

function applies({ names, labels }: PolicyOverride, object: Pick<PoolFacts, 'name' | 'labels'>): boolean {
  if (names.length > 0 && !isLikeOneOf(names, object.name)) return false;
  return Object.entries(labels).every(([key, value]) => object.labels[key] === value);
}
