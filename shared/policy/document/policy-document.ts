import { textInConfigMap } from '../../documents/config-map-text.ts';
import { readYamlDocument } from '../../documents/yaml-document.ts';
import { ZonewardenError } from '../../errors/zonewarden-error.ts';
import {
  DEFAULT_KARPENTER_USERS,
  DEFAULT_POLICY,
  DEFAULT_TRUSTED_USERS,
  type Policy,
  type RuleSetting,
} from '../core/policy.ts';
import type { Rule } from '../core/rule.ts';
import { ALL_RULES } from '../rules/all-rules.ts';
import { mistakesBetween } from './between-values.ts';
import { exampleAt, meantKey } from './known-keys.ts';
import { type PolicyText, policySchema, type SettingsText } from './policy-schema.ts';

/** The ConfigMap that holds the policy, and its only key. */
export const POLICY_NAME = 'zonewarden-policy';
export const POLICY_KEY = 'policy.yaml';

const IN_CLUSTER = `ConfigMap ${POLICY_NAME}, ${POLICY_KEY}`;

/** A policy that nobody can read: in the cluster the last good one stays in force, and it is said. */
export class PolicyUnreadableError extends ZonewardenError {
  constructor(why: string, options: ErrorOptions & { readonly where?: string } = {}) {
    const { where = IN_CLUSTER, ...rest } = options;
    const meanwhile =
      where === IN_CLUSTER
        ? 'The last good policy stays in force, or the defaults where there was none; correct'
        : 'Correct';
    super(
      'policy.unreadable',
      `${where} cannot be read: ${why}. ${meanwhile} the document (docs/policies.md).`,
      rest,
    );
  }
}

interface Reading {
  /** How a message calls the document: the path of a file. Absent: the ConfigMap in the cluster. */
  readonly where?: string;
  /** The rules that there are; all of them but in tests. */
  readonly rules?: readonly Rule[];
}

/**
 * YAML text to a policy. Keys that are absent or empty are the defaults; an unknown key, rule or parameter is an error.
 *
 * @throws PolicyUnreadableError that names each mistake, five at most; nothing else, whatever the text
 */
export function readPolicy(text: string, { where, rules = ALL_RULES }: Reading = {}): Policy {
  const told = where === undefined ? {} : { where };
  const document = readYamlDocument(text, {
    schema: policySchema(rules),
    meant: (path, key) => meantKey(rules, path, key),
    example: (path) => exampleAt(rules, path),
    between: (parsed) => mistakesBetween(policyOf(parsed), rules),
    unreadable: (why, options) => new PolicyUnreadableError(why, { ...options, ...told }),
  });
  return policyOf(document);
}

/**
 * The ConfigMap's parts to a policy. Without data it is the default one.
 *
 * @throws PolicyUnreadableError also for any key beside `policy.yaml`
 */
export function policyInConfigMap(object: Readonly<Record<string, unknown>>, reading: Reading = {}): Policy {
  const { where } = reading;
  const unreadable = (why: string) => new PolicyUnreadableError(why, where === undefined ? {} : { where });
  return readPolicy(textInConfigMap(object, POLICY_KEY, unreadable), reading);
}

/** A policy as the document says it; `readPolicy` of its YAML gives the same policy. */
export function policyDocument(policy: Policy): Readonly<Record<string, unknown>> {
  return {
    profile: policy.profile,
    mode: policy.mode,
    rules: settingsDocument(policy.rules),
    overrides: policy.overrides.map(({ names, labels, profile, rules }) => ({
      match: { names, labels },
      ...(profile === undefined ? {} : { profile }),
      rules: settingsDocument(rules),
    })),
    karpenterUsers: policy.karpenterUsers,
    trustedUsers: policy.trustedUsers.filter((user) => !DEFAULT_TRUSTED_USERS.includes(user)),
  };
}

function settingsDocument(settings: Policy['rules']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([id, { severity, parameters }]) => [
      id,
      parameters === undefined
        ? severity
        : { ...(severity === undefined ? {} : { severity }), ...parameters },
    ]),
  );
}

function policyOf(document: PolicyText): Policy {
  return {
    profile: document.profile ?? DEFAULT_POLICY.profile,
    mode: document.mode ?? DEFAULT_POLICY.mode,
    rules: settingsOf(document.rules),
    overrides: (document.overrides ?? []).map(({ match, profile, rules }) => ({
      names: match.names ?? [],
      labels: match.labels ?? {},
      ...(profile === undefined || profile === null ? {} : { profile }),
      rules: settingsOf(rules),
    })),
    // Replaced, so that it can be narrowed, but never by nobody: Karpenter has to write its own objects.
    karpenterUsers: document.karpenterUsers?.length ? document.karpenterUsers : DEFAULT_KARPENTER_USERS,
    // Added and never taken away: a list that forgets the controllers of Kubernetes would stop deletions.
    trustedUsers: [...new Set([...DEFAULT_TRUSTED_USERS, ...(document.trustedUsers ?? [])])],
  };
}

/** Without what says nothing: a rule without a value, and a value without a meaning. */
function settingsOf(settings: SettingsText | null | undefined): Policy['rules'] {
  return Object.fromEntries(
    Object.entries(settings ?? {}).flatMap(([id, setting]) => {
      const { severity: named, ...rest } = setting ?? {};
      const severity = named ?? undefined;
      const thresholds = Object.entries(rest).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      );
      if (severity === undefined && thresholds.length === 0) return [];
      const said: RuleSetting = {
        ...(severity === undefined ? {} : { severity }),
        ...(thresholds.length === 0 ? {} : { parameters: Object.fromEntries(thresholds) }),
      };
      return [[id, said]];
    }),
  );
}
