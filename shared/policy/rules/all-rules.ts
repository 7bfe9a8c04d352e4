import type { Rule } from '../rule.ts';
import { spotTypesMin } from './spot-types-min.ts';

/** Every rule, in the order in which findings of one severity are told. One import and one line a rule. */
export const ALL_RULES: readonly Rule[] = [spotTypesMin];

/** The rule with an id. */
export function ruleWithId(id: string): Rule | undefined {
  return ALL_RULES.find((rule) => rule.id === id);
}
