import type { PoolFacts } from '../reading/pool-facts.ts';
import { isLikeOneOf } from './like.ts';
import { PROFILES, type Profile, type Rule } from './rule.ts';
import type { Severity } from './severity.ts';

/** What is asked of one rule. What is absent is as the profile and the rule have it. */
export interface RuleSetting {
  readonly severity?: Severity;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Other settings for some objects. The later one that matches wins, rule by rule. */
export interface PolicyOverride {
  /** Names of NodePools, NodeClaims or NodeClasses, with `*` for any characters; empty: any name. */
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
  /** Karpenter's own users, with `*` for any characters: never denied. */
  readonly karpenterUsers: readonly string[];
  /** Others who are never denied, with `*` for any characters. */
  readonly trustedUsers: readonly string[];
}

/**
 * Karpenter by the name that its chart gives its service account, in any namespace: whoever may make service accounts in
 * one may call one so, which a policy that names the namespace ends.
 */
export const DEFAULT_KARPENTER_USERS: readonly string[] = ['system:serviceaccount:*:karpenter'];

/**
 * Other writers whose failure would stop the cluster: the controllers of Kubernetes itself, which collect garbage and
 * finish deletions, and EKS.
 */
export const DEFAULT_TRUSTED_USERS: readonly string[] = [
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
  karpenterUsers: DEFAULT_KARPENTER_USERS,
  trustedUsers: DEFAULT_TRUSTED_USERS,
};

/** Whether a user is one of those who are never denied; nobody in particular is not. */
export function isTrusted(
  { karpenterUsers, trustedUsers }: Pick<Policy, 'karpenterUsers' | 'trustedUsers'>,
  username = '',
): boolean {
  return isLikeOneOf(karpenterUsers, username) || isLikeOneOf(trustedUsers, username);
}

/** What holds for a rule and an object. */
export interface EffectiveSetting {
  readonly severity: Severity;
  readonly parameters: Readonly<Record<string, number>>;
}

/**
 * The setting of a rule for an object. Its severity: of the last override that gives one, else of the policy's rules, else
 * of the profile, which is that of the last override that names one. Its thresholds: those of the last override that gives
 * any, over those of the policy's rules, over the rule's own; thresholds of two overrides are not mixed, because each was
 * written to go together.
 */
export function settingFor(
  policy: Policy,
  rule: Rule,
  object: Pick<PoolFacts, 'name' | 'labels'>,
): EffectiveSetting {
  const overrides = policy.overrides.filter((override) => applies(override, object));
  // As most rules are for most objects, and asked for each of both.
  if (overrides.length === 0 && !Object.hasOwn(policy.rules, rule.id)) {
    return { severity: rule.severity[policy.profile], parameters: rule.parameters ?? {} };
  }
  const profile = overrides.findLast((override) => override.profile !== undefined)?.profile ?? policy.profile;
  const usual = settingOf(policy.rules, rule);
  const named = overrides.map(({ rules }) => settingOf(rules, rule));
  const severity = named.findLast((each) => each.severity !== undefined)?.severity ?? usual.severity;
  const thresholds = named.findLast((each) => each.parameters !== undefined)?.parameters;
  return {
    severity: severity ?? rule.severity[profile],
    parameters: { ...rule.parameters, ...usual.parameters, ...thresholds },
  };
}

function settingOf(rules: Policy['rules'], { id }: Rule): RuleSetting {
  return (Object.hasOwn(rules, id) ? rules[id] : undefined) ?? {};
}

function applies({ names, labels }: PolicyOverride, object: Pick<PoolFacts, 'name' | 'labels'>): boolean {
  if (names.length > 0 && !isLikeOneOf(names, object.name)) return false;
  return Object.entries(labels).every(([key, value]) => object.labels[key] === value);
}
