import type { AllowedValues } from '../../shared/requirements/allowed-values.ts';
import type { Requirement } from '../../shared/requirements/requirement.ts';
import type { RequirementMap } from '../../shared/requirements/requirement-map.ts';

/** A map as the entries that Karpenter writes into a NodeClaim: Requirements.NodeSelectorRequirements. */
export function asEntries(map: RequirementMap): Requirement[] {
  return [...map].flatMap(([key, allowed]) => {
    const { least, most, minValues } = allowed;
    const rest = minValues === undefined ? {} : { minValues };
    const bounds = [
      ...(least === undefined ? [] : [{ key, operator: 'Gte', values: [String(least)], ...rest }]),
      ...(most === undefined ? [] : [{ key, operator: 'Lte', values: [String(most)], ...rest }]),
    ];
    if (bounds.length > 0) return bounds;
    const values = [...allowed.values].sort();
    return [{ key, operator: operatorOf(allowed), ...(values.length === 0 ? {} : { values }), ...rest }];
  });
}

/** One key as Requirement.String() has it: what the entries leave out stands there too. */
export function asText(key: string, allowed: AllowedValues): string {
  const { least, most, minValues } = allowed;
  const values = [...allowed.values].sort();
  const shown = values.length > 5 ? [...values.slice(0, 5), `and ${values.length - 5} others`] : values;
  return [
    `${key} ${operatorOf(allowed)}`,
    ...(values.length === 0 ? [] : [`[${shown.join(' ')}]`]),
    ...(least === undefined ? [] : [`>=${least}`]),
    ...(most === undefined ? [] : [`<=${most}`]),
    ...(minValues === undefined ? [] : [`minValues ${minValues}`]),
  ].join(' ');
}

function operatorOf({ complement, values }: AllowedValues): string {
  if (complement) return values.size > 0 ? 'NotIn' : 'Exists';
  return values.size > 0 ? 'In' : 'DoesNotExist';
}
