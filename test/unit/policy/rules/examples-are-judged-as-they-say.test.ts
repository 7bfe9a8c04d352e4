import { describe, expect, it } from 'vitest';
import type { Example, Problem, Rule } from '../../../../shared/policy/core/rule.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { problemsIn } from './example-scene.ts';

/** What an example is noticed by: `undefined` where it is judged as it says. */
function disagreement(problems: readonly Problem[], { says }: Example): string | undefined {
  if (problems.length === 0) return 'nothing was found';
  if (says === undefined) return 'it does not say what is found';
  if (problems.some(({ message, fix }) => `${message}. ${fix ?? ''}`.includes(says))) return undefined;
  return `"${says}" is not in: ${problems.map(({ message }) => message).join(' | ')}`;
}

describe.each(ALL_RULES.map((rule): [string, Rule] => [rule.id, rule]))('%s', (_, rule) => {
  it.each(rule.passes.map((one): [string, Example] => [one.title, one]))('passes: %s', (_, example) => {
    expect(problemsIn(rule, example)).toEqual([]);
  });

  it.each(rule.fails.map((one): [string, Example] => [one.title, one]))('fails: %s', (_, example) => {
    const problems = problemsIn(rule, example);
    expect(disagreement(problems, example)).toBeUndefined();
    for (const { message, fix } of problems) {
      expect(message).not.toMatch(/\.$|undefined|NaN/);
      expect(fix ?? '').not.toMatch(/\.$|undefined|NaN/);
      expect(message).not.toContain(rule.id);
    }
  });

  it('has examples of both', () => {
    expect(rule.passes.length).toBeGreaterThan(0);
    expect(rule.fails.length).toBeGreaterThan(0);
    const titles = [...rule.passes, ...rule.fails].map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
