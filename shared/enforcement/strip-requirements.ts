import { sameJson } from '../json/same-json.ts';
import type { Requirement } from '../requirements/requirement.ts';
import {
  type ChangedRequirement,
  carriedOver,
  declaredInPlaceOf,
  isDeclared,
  isStored,
  kindOfStored,
} from './changed-requirement.ts';

/** The part of the annotation that concerns requirements. */
export interface RequirementMarks {
  readonly changed: readonly ChangedRequirement[];
  readonly added: readonly Requirement[];
}

/** Whether the list stands exactly as we stored it: all that we changed and added is in it, untouched. */
export function standsAsStored(requirements: readonly Requirement[], marks: RequirementMarks): boolean {
  const rest = [...requirements];
  const takes = (isOurs: (entry: Requirement) => boolean): boolean => {
    const index = rest.findLastIndex(isOurs);
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  };
  return (
    marks.changed.every((change) => takes((entry) => isStored(change, entry))) &&
    marks.added.every((ours) => takes((entry) => sameJson(entry, ours)))
  );
}

/**
 * The list with ours taken out of it, which leaves what its owner means.
 *
 * Where an entry stands as we stored it, its declaration comes back in its place. Where somebody edited an entry
 * that we had pruned, the edit is carried over to the declaration: whoever could not see a zone cannot have
 * meant to remove it. An entry that is gone was removed on purpose. What we appended is ours, also where
 * somebody added values to it: those stay, as their own.
 *
 * @param before what was stored, where it is known: its other entries, found again, are nobody's edit of ours
 */
export function stripRequirements(
  requirements: readonly Requirement[],
  marks: RequirementMarks,
  before: readonly Requirement[] = [],
): readonly Requirement[] {
  if (marks.changed.length === 0 && marks.added.length === 0) return requirements;
  const list: (Requirement | undefined)[] = [...requirements];
  const searched: Searched = new Map();
  for (const ours of marks.added) takeOut(list, ours, searched);
  const settled = new Set<number>();
  const edited = marks.changed.filter(
    (change) => !giveBack(list, change, placeAmongEquals(requirements, before, change), settled),
  );
  if (edited.length > 0) settleOthers(list, marks, before, settled);
  for (const change of edited) carryOver(list, change, settled);
  return list.filter((entry) => entry !== undefined);
}

/** Lists that were searched: a forged mark may name a hundred entries that each of them has to be searched for. */
type Searched = Map<readonly string[], ReadonlySet<string>>;

/** Ours stands at the end, so that the last one that is equal is ours and an earlier one is the owner's. */
function takeOut(list: (Requirement | undefined)[], ours: Requirement, searched: Searched): void {
  const index = list.findLastIndex((entry) => sameJson(entry, ours));
  if (index >= 0) {
    list[index] = undefined;
    return;
  }
  const values = new Set(ours.values);
  const widened = list.findLastIndex(
    (entry) =>
      ours.values !== undefined &&
      entry?.key === ours.key &&
      entry.operator === ours.operator &&
      holdsAll(entry.values ?? [], ours.values, searched),
  );
  const entry = widened < 0 ? undefined : list[widened];
  if (entry === undefined) return;
  list[widened] = { ...entry, values: entry.values?.filter((value) => !values.has(value)) ?? [] };
}

function holdsAll(list: readonly string[], values: readonly string[], searched: Searched): boolean {
  const found = searched.get(list) ?? new Set(list);
  searched.set(list, found);
  return values.every((value) => found.has(value));
}

/**
 * Where an entry that we changed is now, though others are stored just like it (lowered `minValues` can make two
 * declarations alike): as long as none of them is gone, the n-th is still the n-th, wherever it moved.
 */
function placeAmongEquals(
  requirements: readonly Requirement[],
  before: readonly Requirement[],
  change: ChangedRequirement,
): number | undefined {
  const places = (list: readonly Requirement[]) =>
    list.flatMap((entry, index) => (isStored(change, entry) ? [index] : []));
  const old = places(before);
  const now = places(requirements);
  return old.length === now.length ? now[old.indexOf(change.at)] : undefined;
}

/** Found as we stored it, or given back already (our own output, seen a second time); in its old place first. */
function giveBack(
  list: (Requirement | undefined)[],
  change: ChangedRequirement,
  now: number | undefined,
  settled: Set<number>,
): boolean {
  const at = now ?? change.at;
  const isEither = (entry: Requirement | undefined) => isStored(change, entry) || isDeclared(change, entry);
  const index =
    !settled.has(at) && isEither(list[at])
      ? at
      : findAt(list, at, settled, (entry) => isStored(change, entry));
  const entry = index < 0 ? undefined : list[index];
  if (entry === undefined) return false;
  list[index] = declaredInPlaceOf(change, entry);
  settled.add(index);
  return true;
}

/** Entries that were stored as their owner wrote them and are here again are not edits of one that we had changed. */
function settleOthers(
  list: readonly (Requirement | undefined)[],
  marks: RequirementMarks,
  before: readonly Requirement[],
  settled: Set<number>,
): void {
  const isOurs = (entry: Requirement, place: number) =>
    marks.changed.some((change) => change.at === place && isStored(change, entry)) ||
    marks.added.some((added) => sameJson(entry, added));
  before.forEach((other, at) => {
    if (isOurs(other, at)) return;
    const index = findAt(list, at, settled, (entry) => sameJson(entry, other));
    if (index >= 0) settled.add(index);
  });
}

/** The entry that fits, the one in its old place before any other; -1 where none does. */
function findAt(
  list: readonly (Requirement | undefined)[],
  at: number,
  settled: ReadonlySet<number>,
  fits: (entry: Requirement) => boolean,
): number {
  const isIt = (entry: Requirement | undefined, index: number) =>
    entry !== undefined && !settled.has(index) && fits(entry);
  return isIt(list[at], at) ? at : list.findIndex(isIt);
}

function carryOver(
  list: (Requirement | undefined)[],
  change: ChangedRequirement,
  settled: Set<number>,
): void {
  const { key, operator } = kindOfStored(change);
  const fits = (entry: Requirement) => entry.key === key && entry.operator === operator;
  const index = findAt(list, change.at, settled, fits);
  const entry = index < 0 ? undefined : list[index];
  if (entry === undefined) return;
  settled.add(index);
  list[index] = carriedOver(change, entry);
}
