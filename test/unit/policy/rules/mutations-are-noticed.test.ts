import { describe, expect, it } from 'vitest';
import { PROFILES, type Rule } from '../../../../shared/policy/core/rule.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { problemsIn } from './example-scene.ts';
import { REVIEWED_SEVERITIES } from './reviewed-severities.ts';

/**
 * Deliberate faults, switched into each rule in turn: its examples, or the table of reviewed severities, have to notice
 * every one. So an example is missing where one of these fails.
 */
interface Fault {
  readonly title: string;
  readonly rule: Rule;
}

const faultsOf = (rule: Rule): Fault[] => [
  { title: 'finds nothing', rule: { ...rule, check: () => [] } },
  { title: 'finds always', rule: { ...rule, check: () => [{ message: 'always' }] } },
  {
    title: 'says something else',
    rule: { ...rule, check: (...given) => rule.check(...given).map(() => ({ message: '' })) },
  },
  { title: 'is asked of no kind', rule: { ...rule, kinds: [] } },
  ...rule.kinds.map((kind) => ({
    title: `is not asked of ${kind}`,
    rule: { ...rule, kinds: rule.kinds.filter((one) => one !== kind) },
  })),
  ...Object.entries(rule.parameters ?? {}).flatMap(([name, value]) =>
    [value - 1, value + 1].map((other) => ({
      title: `${name} is ${other} and not ${value}`,
      rule: { ...rule, parameters: { ...rule.parameters, [name]: other } },
    })),
  ),
  ...PROFILES.map((profile) => ({
    title: `is ${rule.severity[profile] === 'deny' ? 'warn' : 'deny'} in ${profile}`,
    rule: {
      ...rule,
      severity: { ...rule.severity, [profile]: rule.severity[profile] === 'deny' ? 'warn' : 'deny' },
    } as const,
  })),
];

/** Whether examples or table disagree with a rule. */
function isNoticed(rule: Rule): boolean {
  const passes = rule.passes.every((example) => problemsIn(rule, example).length === 0);
  const fails = rule.fails.every((example) =>
    problemsIn(rule, example).some(({ message, fix }) =>
      `${message}. ${fix ?? ''}`.includes(example.says ?? ''),
    ),
  );
  return !passes || !fails || !isAsReviewed(rule);
}

function isAsReviewed(rule: Rule): boolean {
  return PROFILES.map((profile) => rule.severity[profile]).join(' ') === REVIEWED_SEVERITIES[rule.id];
}

describe.each(ALL_RULES.map((rule): [string, Rule] => [rule.id, rule]))('%s', (_, rule) => {
  it('is right as it is', () => {
    expect(isAsReviewed(rule)).toBe(true);
    expect(isNoticed(rule)).toBe(false);
  });

  it.each(faultsOf(rule).map(({ title, rule: faulty }): [string, Rule] => [title, faulty]))(
    'with the fault that it %s',
    (__, faulty) => {
      expect(isNoticed(faulty)).toBe(true);
    },
  );
});

it('the table of reviewed severities names every rule and nothing else', () => {
  expect(Object.keys(REVIEWED_SEVERITIES).sort()).toEqual(ALL_RULES.map(({ id }) => id).sort());
});
