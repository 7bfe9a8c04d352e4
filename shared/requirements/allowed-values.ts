import type { Requirement } from './requirement.ts';

/**
 * The values that one label key may have, as Karpenter keeps them (karpenter v1.14.1 pkg/scheduling/requirement.go):
 * a set, or all values but a set, with bounds. `Gt`, `Lt`, `Gte` and `Lte` are "any value within bounds".
 * A set that is empty and no complement means that the label must be absent.
 */
export interface AllowedValues {
  readonly complement: boolean;
  readonly values: ReadonlySet<string>;
  /** Inclusive bounds, of Go's int (64 bits); only with `complement`. */
  readonly least?: bigint | undefined;
  readonly most?: bigint | undefined;
  readonly minValues?: number | undefined;
}

const NONE: ReadonlySet<string> = new Set();

const ANY: AllowedValues = { complement: true, values: NONE };

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
      return aboveBound(boundOf(values), minValues);
    case 'Gte':
      return { ...ANY, least: boundOf(values), minValues };
    case 'Lt':
      return { ...ANY, most: goInt(boundOf(values) - 1n), minValues };
    case 'Lte':
      return { ...ANY, most: boundOf(values), minValues };
    default:
      return { ...ANY, minValues };
  }
}

/** What both allow; of two `minValues` the larger holds. */
export function intersection(left: AllowedValues, right: AllowedValues): AllowedValues {
  const least = larger(left.least, right.least);
  const most = smaller(left.most, right.most);
  const minValues = larger(left.minValues, right.minValues);
  if (least !== undefined && most !== undefined && least > most)
    return { complement: false, values: NONE, minValues };
  const complement = left.complement && right.complement;
  const values = [...combined(left, right)].filter((value) => isWithin(value, least, most));
  const bounds = complement ? { least, most } : {};
  return { complement, values: new Set(values), ...bounds, minValues };
}

/** Whether some value is allowed by both. Two that exclude always have one in common, as Karpenter has it. */
export function overlaps(left: AllowedValues, right: AllowedValues): boolean {
  const least = larger(left.least, right.least);
  const most = smaller(left.most, right.most);
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

/**
 * Whether an absent label satisfies it: what Karpenter's Operator() calls `NotIn` or `DoesNotExist`. A value that is left
 * out makes a `NotIn` of it even where bounds are set too; bounds alone are an `Exists`.
 */
export function allowsAbsence({ complement, values }: AllowedValues): boolean {
  return values.size > 0 === complement;
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

/** Where bounds are set, what is no whole number of 64 bits is outside of them. */
function isWithin(value: string, least: bigint | undefined, most: bigint | undefined): boolean {
  if (least === undefined && most === undefined) return true;
  const number = wholeNumber(value);
  if (number === undefined || goInt(number) !== number) return false;
  return (least === undefined || number >= least) && (most === undefined || number <= most);
}

/** Nothing is greater than the greatest number; Karpenter then forgets `minValues` too. */
function aboveBound(bound: bigint, minValues: number | undefined): AllowedValues {
  if (bound === MOST) return { complement: false, values: NONE };
  return { ...ANY, least: bound + 1n, minValues };
}

/** Karpenter takes what Go's Atoi returns besides its error: 0 for what is no number, the limit for what is too large. */
function boundOf([value = '']: readonly string[]): bigint {
  const number = wholeNumber(value) ?? 0n;
  if (number > MOST) return MOST;
  return number < LEAST ? LEAST : number;
}

/** What Go's strconv.Atoi accepts: digits with or without a sign. */
function wholeNumber(value: string): bigint | undefined {
  const [, sign, digits] = /^([+-]?)(\d+)$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

/** A number as Go's int holds it: what does not fit begins again at the other end. */
function goInt(number: bigint): bigint {
  return BigInt.asIntN(64, number);
}

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

function larger<T extends bigint | number>(left: T | undefined, right: T | undefined): T | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}

function smaller<T extends bigint | number>(left: T | undefined, right: T | undefined): T | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}
