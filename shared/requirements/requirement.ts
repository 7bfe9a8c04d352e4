/**
 * One entry of `spec.template.spec.requirements` of a NodePool or `spec.requirements` of a NodeClaim.
 * Operators are In, NotIn, Exists, DoesNotExist, Gt, Lt, Gte, Lte; an unknown one is the API server's to refuse.
 */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
  readonly minValues?: number | undefined;
}

/**
 * Whether a label that is present with `value` satisfies the requirement.
 * Numeric operators accept integers only, so that no zone name passes them (Karpenter, pkg/scheduling/requirement.go,
 * `Has`: a value that does not parse is not within bounds). An unknown operator is taken to accept:
 * for enforcement the cautious reading of "do not know" is "may target the zone".
 */
export function acceptsValue(requirement: Requirement, value: string): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return values.includes(value);
    case 'NotIn':
      return !values.includes(value);
    case 'DoesNotExist':
      return false;
    case 'Gt':
    case 'Lt':
    case 'Gte':
    case 'Lte':
      return withinBound(requirement.operator, wholeNumber(values[0]), wholeNumber(value));
    default:
      return true;
  }
}

/** What is no whole number is on neither side of a bound, and nothing is on either side of what is none. */
export function withinBound(
  operator: 'Gt' | 'Lt' | 'Gte' | 'Lte',
  bound: number | undefined,
  value: number | undefined,
): boolean {
  if (bound === undefined || value === undefined) return false;
  const difference = value - bound;
  switch (operator) {
    case 'Gt':
      return difference > 0;
    case 'Lt':
      return difference < 0;
    case 'Gte':
      return difference >= 0;
    default:
      return difference <= 0;
  }
}

export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
