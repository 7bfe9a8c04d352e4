import { z } from 'zod';
import { sameJson } from '../json/same-json.ts';
import type { Requirement } from '../requirements/requirement.ts';
import { digestOf } from './digest.ts';

/** A requirement that had to be changed in place: what its owner wrote, and what stands there instead. */
export interface WholeChange {
  /** Where it stands in the list: tells it from another entry that happens to be the same. */
  readonly at: number;
  readonly declared: Requirement;
  readonly stored: Requirement;
}

/**
 * The same of an entry that is too long to stand in the mark twice: what was taken out of it and put into it, and by which
 * digest the one and the other are known again.
 */
export interface LongChange {
  readonly at: number;
  readonly key: string;
  readonly operator: string;
  readonly declaredDigest: string;
  readonly storedDigest: string;
  /** Values that were taken out, with the places that they had. */
  readonly hidden?: Readonly<Record<string, readonly number[]>>;
  /** Values that were put at the end. */
  readonly appended?: readonly string[];
  readonly minValues?: { readonly declared: number; readonly stored: number };
}

export type ChangedRequirement = WholeChange | LongChange;

/** Members that a newer CRD has are kept as they came. */
export const markedRequirementSchema = z.looseObject({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).optional(),
  minValues: z.int().optional(),
});
const wholeChange = z.object({
  at: z.int().nonnegative(),
  declared: markedRequirementSchema,
  stored: markedRequirementSchema,
});
const longChange = z.object({
  at: z.int().nonnegative(),
  key: z.string(),
  operator: z.string(),
  declaredDigest: z.string(),
  storedDigest: z.string(),
  hidden: z.record(z.string(), z.array(z.int().nonnegative())).exactOptional(),
  appended: z.array(z.string()).exactOptional(),
  minValues: z.object({ declared: z.int(), stored: z.int() }).exactOptional(),
});
export const changedRequirementSchema = z.union([wholeChange, longChange]);

/** All that a dozen zones need, several times over. */
const LONGEST_WHOLE = 2048;

/** A change as a mark has it: whole, or without what stands in the list anyway. */
export function shortened(change: WholeChange): ChangedRequirement {
  if (JSON.stringify(change).length <= LONGEST_WHOLE) return change;
  const { at, declared, stored } = change;
  const { values: before = [], minValues: wanted } = declared;
  const { values: after = [], minValues: lowered } = stored;
  const kept = new Set(after);
  const hidden = new Map<string, number[]>();
  let left = 0;
  before.forEach((value, place) => {
    if (kept.has(value)) {
      left += 1;
      return;
    }
    const places = hidden.get(value);
    if (places === undefined) hidden.set(value, [place]);
    else places.push(place);
  });
  const appended = after.slice(left);
  const long: LongChange = {
    at,
    key: stored.key,
    operator: stored.operator,
    declaredDigest: digestOf(declared),
    storedDigest: digestOf(stored),
    ...(hidden.size === 0 ? {} : { hidden: Object.fromEntries(hidden) }),
    ...(appended.length === 0 ? {} : { appended }),
    ...(wanted === undefined || lowered === undefined || wanted === lowered
      ? {}
      : { minValues: { declared: wanted, stored: lowered } }),
  };
  // What no change of ours comes to is kept whole: it has to be given back exactly.
  return digestOf(declaredBy(long, stored)) === long.declaredDigest ? long : change;
}

/** Whether an entry stands as we stored it. */
export function isStored(change: ChangedRequirement, entry: Requirement | undefined): boolean {
  if (entry === undefined) return false;
  return 'stored' in change ? sameJson(entry, change.stored) : isKnownBy(change, change.storedDigest, entry);
}

/** Whether an entry is as its owner declared it. */
export function isDeclared(change: ChangedRequirement, entry: Requirement | undefined): boolean {
  if (entry === undefined) return false;
  return 'declared' in change
    ? sameJson(entry, change.declared)
    : isKnownBy(change, change.declaredDigest, entry);
}

/** What was declared in the place of an entry that stands as stored or as declared. */
export function declaredInPlaceOf(change: ChangedRequirement, entry: Requirement): Requirement {
  if ('declared' in change) return change.declared;
  return isDeclared(change, entry) ? entry : declaredBy(change, entry);
}

/** Of which key and operator the stored entry is. */
export function kindOfStored(change: ChangedRequirement): Pick<Requirement, 'key' | 'operator'> {
  return 'stored' in change ? change.stored : change;
}

/** An entry that was edited since, with what we had hidden from it put back and what we had appended taken out. */
export function carriedOver(change: ChangedRequirement, edited: Requirement): Requirement {
  const values =
    'stored' in change
      ? carriedOverValues(edited.values ?? [], change.stored.values ?? [], change.declared.values ?? [])
      : putBack(change, without(edited.values ?? [], change.appended ?? []));
  const { minValues, ...rest } = edited;
  const before =
    'stored' in change
      ? { declared: change.declared.minValues, stored: change.stored.minValues }
      : (change.minValues ?? { declared: minValues, stored: minValues });
  const wanted = minValues === before.stored ? before.declared : minValues;
  // Fewer values than the owner asked for may be left after the edit: the CRD would never take it back like that.
  return {
    ...rest,
    values,
    ...(wanted === undefined ? {} : { minValues: Math.min(wanted, values.length) }),
  };
}

/** The edited list with what we had hidden from it put back, each value behind the one it was declared behind. */
function carriedOverValues(
  edited: readonly string[],
  stored: readonly string[],
  declared: readonly string[],
): string[] {
  const left = without(edited, without(stored, declared));
  const [present, visible] = [new Set(left), new Set(stored)];
  let front: string | undefined;
  const behind = new Map<string | undefined, string[]>();
  for (const value of new Set(declared)) {
    if (present.has(value)) front = value;
    else if (!visible.has(value)) {
      const hidden = behind.get(front);
      if (hidden === undefined) behind.set(front, [value]);
      else hidden.push(value);
    }
  }
  const first = behind.get(undefined) ?? [];
  behind.delete(undefined);
  return [...first, ...left.flatMap((value) => [value, ...taken(behind, value)])];
}

/** A value that stands twice has what belongs behind it once. */
function taken(behind: Map<string | undefined, string[]>, value: string): readonly string[] {
  const values = behind.get(value) ?? [];
  behind.delete(value);
  return values;
}

function declaredBy(change: LongChange, stored: Requirement): Requirement {
  const { values = [], minValues: lowered, ...rest } = stored;
  const minValues = change.minValues?.declared ?? lowered;
  return {
    ...rest,
    values: putBack(change, values.slice(0, values.length - (change.appended?.length ?? 0))),
    ...(minValues === undefined ? {} : { minValues }),
  };
}

/** Each hidden value in the place that it had, as far as the list reaches. */
function putBack({ hidden = {} }: LongChange, visible: readonly string[]): string[] {
  const present = new Set(visible);
  const missing = Object.entries(hidden)
    .filter(([value]) => !present.has(value))
    .flatMap(([value, places]) => places.map((place) => ({ value, place })))
    .sort((left, right) => left.place - right.place);
  const result: string[] = [];
  let next = 0;
  for (const { value, place } of missing) {
    while (result.length < place && next < visible.length) result.push(visible[next++] ?? '');
    result.push(value);
  }
  return [...result, ...visible.slice(next)];
}

function without(values: readonly string[], gone: readonly string[]): string[] {
  const out = new Set(gone);
  return values.filter((value) => !out.has(value));
}

function isKnownBy({ key, operator }: LongChange, digest: string, entry: Requirement): boolean {
  return entry.key === key && entry.operator === operator && digestOf(entry) === digest;
}
