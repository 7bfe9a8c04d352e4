import type { Rule } from '../rule.ts';
import { exemptionUnknown } from './exemption-unknown.ts';
import { operatorValues } from './operator-values.ts';
import { spotTypesMin } from './spot-types-min.ts';

/** What is asked of objects, in the order in which findings of one severity are told. One import and one line a rule. */
const RULES: readonly Rule[] = [operatorValues, spotTypesMin];

/** Every rule; last what is asked of the exemptions from them. */
export const ALL_RULES: readonly Rule[] = [...RULES, exemptionUnknown(RULES.map(({ id }) => id))];

/** The rule with an id. */
export function ruleWithId(id: string): Rule | undefined {
  return ALL_RULES.find((rule) => rule.id === id);
}
