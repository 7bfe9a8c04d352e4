import type { Rule } from '../core/rule.ts';
import { archUnset } from './arch-unset.ts';
import { budgetsEmpty } from './budgets-empty.ts';
import { budgetsFrozen } from './budgets-frozen.ts';
import { budgetsWide } from './budgets-wide.ts';
import { capacityTypeUnset } from './capacity-type-unset.ts';
import { claimCandidates } from './claim-candidates.ts';
import { consolidateZero } from './consolidate-zero.ts';
import { driftGuard } from './drift-guard.ts';
import { exemptionUnknown } from './exemption-unknown.ts';
import { exoticUntainted } from './exotic-untainted.ts';
import { expireNever } from './expire-never.ts';
import { generationFloor } from './generation-floor.ts';
import { instanceTypeSingle } from './instance-type-single.ts';
import { labelDomain } from './label-domain.ts';
import { limitsHeadroom } from './limits-headroom.ts';
import { limitsInteger } from './limits-integer.ts';
import { limitsMissing } from './limits-missing.ts';
import { minvaluesUnsatisfiable } from './minvalues-unsatisfiable.ts';
import { nodeclassAmiLatest } from './nodeclass-ami-latest.ts';
import { nodeclassMissing } from './nodeclass-missing.ts';
import { onDemandForUninterruptible } from './on-demand-for-uninterruptible.ts';
import { operatorValues } from './operator-values.ts';
import { osUnset } from './os-unset.ts';
import { requirementsEmpty } from './requirements-empty.ts';
import { reservedOnly } from './reserved-only.ts';
import { spotFallbackTypes } from './spot-fallback-types.ts';
import { spotFamiliesMin } from './spot-families-min.ts';
import { spotMinvaluesMissing } from './spot-minvalues-missing.ts';
import { spotOnly } from './spot-only.ts';
import { spotTypesMin } from './spot-types-min.ts';
import { staticSingleZone } from './static-single-zone.ts';
import { tgpMissing } from './tgp-missing.ts';
import { weightOverlap } from './weight-overlap.ts';
import { zoneImpairedTarget } from './zone-impaired-target.ts';
import { zoneLoss } from './zone-loss.ts';
import { zoneMinvalues } from './zone-minvalues.ts';
import { zoneNamePortability } from './zone-name-portability.ts';
import { zoneNoneHealthy } from './zone-none-healthy.ts';
import { zoneSingle } from './zone-single.ts';
import { zoneUnknown } from './zone-unknown.ts';

/** What is asked of objects, in the order in which findings of one severity are told. One import and one line a rule. */
const RULES: readonly Rule[] = [
  operatorValues,
  spotTypesMin,
  instanceTypeSingle,
  spotFamiliesMin,
  spotFallbackTypes,
  spotMinvaluesMissing,
  minvaluesUnsatisfiable,
  capacityTypeUnset,
  spotOnly,
  reservedOnly,
  onDemandForUninterruptible,
  zoneLoss,
  zoneSingle,
  zoneUnknown,
  zoneMinvalues,
  zoneNoneHealthy,
  zoneImpairedTarget,
  zoneNamePortability,
  staticSingleZone,
  driftGuard,
  requirementsEmpty,
  archUnset,
  generationFloor,
  claimCandidates,
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
