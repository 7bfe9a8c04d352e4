import type { Rule } from '../rule.ts';
import { budgetsEmpty } from './budgets-empty.ts';
import { budgetsFrozen } from './budgets-frozen.ts';
import { budgetsWide } from './budgets-wide.ts';
import { consolidateZero } from './consolidate-zero.ts';
import { exemptionUnknown } from './exemption-unknown.ts';
import { exoticUntainted } from './exotic-untainted.ts';
import { expireNever } from './expire-never.ts';
import { labelDomain } from './label-domain.ts';
import { limitsHeadroom } from './limits-headroom.ts';
import { limitsInteger } from './limits-integer.ts';
import { limitsMissing } from './limits-missing.ts';
import { nodeclassAmiLatest } from './nodeclass-ami-latest.ts';
import { nodeclassMissing } from './nodeclass-missing.ts';
import { operatorValues } from './operator-values.ts';
import { osUnset } from './os-unset.ts';
import { spotTypesMin } from './spot-types-min.ts';
import { tgpMissing } from './tgp-missing.ts';
import { weightOverlap } from './weight-overlap.ts';

/** What is asked of objects, in the order in which findings of one severity are told. One import and one line a rule. */
const RULES: readonly Rule[] = [
  operatorValues,
  spotTypesMin,
  labelDomain,
  nodeclassMissing,
  limitsMissing,
  limitsHeadroom,
  limitsInteger,
  budgetsEmpty,
  budgetsWide,
  budgetsFrozen,
  expireNever,
  tgpMissing,
  consolidateZero,
  exoticUntainted,
  osUnset,
  weightOverlap,
  nodeclassAmiLatest,
];

/** Every rule; last what is asked of the exemptions from them. */
export const ALL_RULES: readonly Rule[] = [...RULES, exemptionUnknown(RULES.map(({ id }) => id))];

/** The rule with an id. */
export function ruleWithId(id: string): Rule | undefined {
  return ALL_RULES.find((rule) => rule.id === id);
}
