import { z } from 'zod';
import { oneOf, shown } from '../../documents/value-words.ts';
import { PROFILES, type Rule } from '../core/rule.ts';
import { SEVERITIES } from '../core/severity.ts';

export const MODES = ['enforce', 'audit'] as const;

/** A threshold above this is a slip: no count of types, hours, or percent is as large. */
const LARGEST = 1_000_000;

const notText = ({ input }: { readonly input?: unknown }) => `${shown(input)} is not text: put it in quotes`;

/** Texts in which `*` stands for any characters. */
function patterns(example: string) {
  const pattern = z.string({ error: notText }).min(1, 'it is empty: * stands for any');
  return z
    .array(pattern, { error: ({ input }) => `${shown(input)} is not a list, such as ${example}` })
    .nullish();
}

const labelMap = z
  .record(z.string(), z.string({ error: notText }), {
    error: ({ input }) => `${shown(input)} is not a group of labels with values, such as { team: data }`,
  })
  .nullish();

/** The setting of one rule: a severity, or keys with values. */
function ruleSchema({ parameters = {} }: Rule) {
  const thresholds = Object.entries(parameters).map(([name, usual]) => [name, threshold(usual)] as const);
  const settings = z.strictObject({ severity: oneOf(SEVERITIES), ...Object.fromEntries(thresholds) });
  return z.preprocess(
    (value) => (typeof value === 'string' ? { severity: value } : value),
    settings.nullish(),
  );
}

/** A whole number where the usual one is. */
function threshold(usual: number) {
  const whole = Number.isInteger(usual);
  const expected = `expected a ${whole ? 'whole ' : ''}number from 0 to ${LARGEST}, such as ${usual}`;
  const error = ({ input }: { readonly input?: unknown }) => `${shown(input)} is no such number: ${expected}`;
  const number = whole ? z.int({ error }) : z.number({ error });
  return number.min(0, { error }).max(LARGEST, { error }).nullish();
}

const schemas = new WeakMap<readonly Rule[], PolicySchema>();

/** The document for a set of rules; made once for each, because that takes longer than reading. */
export function policySchema(rules: readonly Rule[]): PolicySchema {
  const known = schemas.get(rules) ?? schemaFor(rules);
  schemas.set(rules, known);
  return known;
}

/** Key by key in the order in which people read it. An empty value is the same as none. */
function schemaFor(rules: readonly Rule[]) {
  const settings = z.strictObject(Object.fromEntries(rules.map((rule) => [rule.id, ruleSchema(rule)])));
  return z.strictObject({
    profile: oneOf(PROFILES),
    mode: oneOf(MODES),
    rules: settings.nullish(),
    overrides: z
      .array(
        z.strictObject({
          match: z.strictObject({ names: patterns('[spot-*, batch]'), labels: labelMap }),
          profile: oneOf(PROFILES),
          rules: settings.nullish(),
        }),
        { error: ({ input }) => `${shown(input)} is not a list of overrides, each with match and rules` },
      )
      .nullish(),
    karpenterUsers: patterns('[system:serviceaccount:kube-system:karpenter]'),
    trustedUsers: patterns('[system:serviceaccount:flux-system:*]'),
  });
}

export type PolicySchema = ReturnType<typeof schemaFor>;
export type PolicyText = z.output<PolicySchema>;
/** Settings of rules as the schema gives them. */
export type SettingsText = NonNullable<PolicyText['rules']>;
