import type { Requirement } from './requirement.ts';

/**
 * The values that one label key may have, as Karpenter keeps them (karpenter v1.14.1 pkg/scheduling/requirement.go):
 * a set, or all values but a set, with bounds. `Gt`, `Lt`, `Gte` and `Lte` are "any value within bounds".
 * A set that is empty and no complement means that the label must be absent.
 */
export interface AllowedValues {
  readonly complement: boolean;
  readonly values: ReadonlySet<string>;
  /** Inclusive bounds; only with `complement`. */
  readonly least?: number | undefined;
  readonly most?: number | undefined;
  readonly minValues?: number | undefined;
}

const NONE: ReadonlySet<string> = new Set();

/** What one entry of a list allows. An operator that nobody knows allows anything: the API server refuses it anyway. */
export function allowedBy({ operator, values = [], minValues }: Requirement): AllowedValues {
  switch (operator) {
    case 'In':
      return { complement: false, values: new Set(values), minValues };
    case 'NotIn':
      return { complement: true, values: new Set(values), minValues };
    case 'DoesNotExist':
      return { complement: false, values: NONE, minValues };
    case 'Gt':
      return { complement: true, values: NONE, least: bound(values, 1), minValues };
    case 'Gte':
      return { complement: true, values: NONE, least: bound(values, 0), minValues };
    case 'Lt':
      return { complement: true, values: NONE, most: bound(values, -1), minValues };
    case 'Lte':
      return { complement: true, values: NONE, most: bound(values, 0), minValues };
    default:
      return { complement: true, values: NONE, minValues };
  }
}

/** What both allow; of two `minValues` the larger holds. */
export function intersection(left: AllowedValues, right: AllowedValues): AllowedValues {
  const least = pick(Math.max, left.least, right.least);
  const most = pick(Math.min, left.most, right.most);
  const minValues = pick(Math.max, left.minValues, right.minValues);
  if (least !== undefined && most !== undefined && least > most)
    return { complement: false, values: NONE, minValues };
  const complement = left.complement && right.complement;
  const values = [...combined(left, right)].filter((value) => isWithin(value, least, most));
  const bounds = complement ? { least, most } : {};
  return { complement, values: new Set(values), ...bounds, minValues };
}

/** Whether some value is allowed by both. Two that exclude always have one in common, as Karpenter has it. */
export function overlaps(left: AllowedValues, right: AllowedValues): boolean {
  const least = pick(Math.max, left.least, right.least);
  const most = pick(Math.min, left.most, right.most);
  if (least !== undefined && most !== undefined && least > most) return false;
  if (left.complement && right.complement) return true;
  const [list, other] = left.complement ? [right, left] : [left, right];
  for (const value of list.values) {
    if (other.values.has(value) !== other.complement && isWithin(value, least, most)) return true;
  }
  return false;
}

/** Whether a label that is present with this value is allowed. */
export function allows({ complement, values, least, most }: AllowedValues, value: string): boolean {
  return values.has(value) !== complement && isWithin(value, least, most);
}

/** Whether it excludes only, so that an absent label satisfies it: Karpenter's `NotIn` and `DoesNotExist`. */
export function allowsAbsence({ complement, values, least, most }: AllowedValues): boolean {
  if (!complement) return values.size === 0;
  return least === undefined && most === undefined && values.size > 0;
}

/** The values of a closed list, `undefined` where the values are not listed. */
export function listed({ complement, values }: AllowedValues): readonly string[] | undefined {
  return complement ? undefined : [...values];
}

function combined(left: AllowedValues, right: AllowedValues): Iterable<string> {
  if (left.complement && right.complement) return new Set([...left.values, ...right.values]);
  const [list, other] = left.complement ? [right, left] : [left, right];
  return [...list.values].filter((value) => other.values.has(value) !== other.complement);
}

/** Where bounds are set, what is no whole number is outside of them (Go's strconv.Atoi). */
function isWithin(value: string, least: number | undefined, most: number | undefined): boolean {
  if (least === undefined && most === undefined) return true;
  if (!/^[+-]?\d+$/.test(value)) return false;
  const number = Number(value);
  return (least === undefined || number >= least) && (most === undefined || number <= most);
}

/** A bound that is no number counts as 0: Karpenter takes what Atoi gives, and the CRD refuses it before. */
function bound([value = '']: readonly string[], shift: number): number {
  return (/^[+-]?\d+$/.test(value) ? Number(value) : 0) + shift;
}

function pick(
  choose: (a: number, b: number) => number,
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return choose(left, right);
}
