import type { Requirement } from './requirement.ts';

/**
 * Why the CRD will refuse a list as it was sent, as far as lists of values are concerned; `undefined` where it will
 * not (karpenter.sh_nodepools.yaml, x-kubernetes-validations of `requirements`). Such a write is left alone: changing
 * it could turn what its author got wrong into something that is stored, and that nobody ever declared.
 */
export function refusedByCrd(requirements: readonly Requirement[]): string | undefined {
  for (const { key, operator, values = [], minValues } of requirements) {
    if (operator !== 'In') continue;
    if (values.length === 0) return `${key}: operator In without values`;
    if (minValues !== undefined && minValues > values.length) {
      return `${key}: minValues ${minValues} with ${values.length} value(s)`;
    }
  }
  return undefined;
}
