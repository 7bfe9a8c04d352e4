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

/**
 * What all of them allow; of several `minValues` the largest holds. It takes as long as it takes to
 * read them: a hundred `NotIn`, of which each is intersected with those before, are copied a hundred times.
 */
export function intersectionOf(all: readonly AllowedValues[]): AllowedValues {
  const [only = ANY] = all;
  if (all.length < 2) return only;
  const left = all.filter(({ complement }) => complement);
  const lists = all.filter(({ complement }) => !complement);
  const least = all.reduce<bigint | undefined>((most, one) => larger(most, one.least), undefined);
  const most = all.reduce<bigint | undefined>((fewest, one) => smaller(fewest, one.most), undefined);
  const minValues = all.reduce<number | undefined>((max, one) => larger(max, one.minValues), undefined);
  if (least !== undefined && most !== undefined && least > most)
    return { complement: false, values: NONE, minValues };
  const excluded = new Set<string>();
  for (const { values } of left) for (const value of values) excluded.add(value);
  if (lists.length === 0) {
    const values = new Set([...excluded].filter((value) => isWithin(value, least, most)));
    return { complement: true, values, least, most, minValues };
  }
  // The order is that of the last list, as it is where each new one is intersected with what is there.
  const inAll = lists.reduceRight<readonly string[] | undefined>(
    (common, { values }) =>
      common === undefined ? [...values] : common.filter((value) => values.has(value)),
    undefined,
  );
  const values = inAll?.filter((value) => !excluded.has(value) && isWithin(value, least, most));
  return { complement: false, values: new Set(values), minValues };
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

/**
 * What Go's strconv.Atoi accepts: digits with or without a sign. Of more digits than any number of 64 bits has, it is enough
 * to know that there are so many: BigInt takes 1.4 s for a million of them.
 */
function wholeNumber(value: string): bigint | undefined {
  const [, sign, written] = /^([+-]?)(\d+)$/.exec(value) ?? [];
  if (written === undefined) return undefined;
  const digits = written.replace(/^0+(?=\d)/, '');
  const number = digits.length > MOST_DIGITS ? BEYOND : BigInt(digits);
  return sign === '-' ? -number : number;
}

const MOST_DIGITS = 20;
const BEYOND = 10n ** 20n;

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
