import { sameJson } from '../json/same-json.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { ChangedRequirement } from './exclude-zones.ts';

/** The part of the annotation that concerns requirements. */
export interface RequirementMarks {
  readonly changed: readonly ChangedRequirement[];
  readonly added: readonly Requirement[];
}

/** Whether the list stands exactly as we stored it: all that we changed and added is in it, untouched. */
export function standsAsStored(requirements: readonly Requirement[], marks: RequirementMarks): boolean {
  const rest = [...requirements];
  return [...marks.changed.map(({ stored }) => stored), ...marks.added].every((ours) => {
    const index = rest.findLastIndex((entry) => sameJson(entry, ours));
    if (index < 0) return false;
    rest.splice(index, 1);
    return true;
  });
}

/**
 * The list with ours taken out of it, which leaves what its owner means.
 *
 * Where an entry stands as we stored it, its declaration comes back in its place. Where somebody edited an entry
 * that we had pruned, the edit is carried over to the declaration: whoever could not see a zone cannot have
 * meant to remove it. An entry that is gone was removed on purpose. What we appended is ours, also where
 * somebody added values to it: those stay, as their own.
 */
export function stripRequirements(
  requirements: readonly Requirement[],
  marks: RequirementMarks,
): readonly Requirement[] {
  if (marks.changed.length === 0 && marks.added.length === 0) return requirements;
  const list: (Requirement | undefined)[] = [...requirements];
  for (const ours of marks.added) takeOut(list, ours);
  const settled = new Set<number>();
  const edited = marks.changed.filter((change) => !giveBack(list, change, settled));
  for (const change of edited) carryOver(list, change, settled);
  return list.filter((entry) => entry !== undefined);
}

/** Ours stands at the end, so that the last one that is equal is ours and an earlier one is the owner's. */
function takeOut(list: (Requirement | undefined)[], ours: Requirement): void {
  const index = list.findLastIndex((entry) => sameJson(entry, ours));
  if (index >= 0) {
    list[index] = undefined;
    return;
  }
  const widened = list.findLastIndex(
    (entry) =>
      entry?.key === ours.key &&
      entry.operator === ours.operator &&
      ours.values?.every((value) => entry.values?.includes(value)) === true,
  );
  const entry = widened < 0 ? undefined : list[widened];
  if (entry === undefined) return;
  list[widened] = { ...entry, values: entry.values?.filter((value) => !ours.values?.includes(value)) ?? [] };
}

function giveBack(
  list: (Requirement | undefined)[],
  change: ChangedRequirement,
  settled: Set<number>,
): boolean {
  const isOurs = (entry: Requirement | undefined, at: number) =>
    !settled.has(at) && sameJson(entry, change.stored);
  const index = isOurs(list[change.at], change.at) ? change.at : list.findIndex(isOurs);
  if (index < 0) return false;
  list[index] = change.declared;
  settled.add(index);
  return true;
}

function carryOver(
  list: (Requirement | undefined)[],
  { declared, stored }: ChangedRequirement,
  settled: Set<number>,
): void {
  const index = list.findIndex(
    (entry, at) => !settled.has(at) && entry?.key === stored.key && entry.operator === stored.operator,
  );
  const entry = index < 0 ? undefined : list[index];
  if (entry === undefined) return;
  settled.add(index);
  const minValues = entry.minValues === stored.minValues ? declared.minValues : entry.minValues;
  const { minValues: _edited, ...rest } = entry;
  list[index] = {
    ...rest,
    values: carryOverValues(entry.values ?? [], stored.values ?? [], declared.values ?? []),
    ...(minValues === undefined ? {} : { minValues }),
  };
}

/** The edited list with what we had hidden from it put back, each value behind the one it was declared behind. */
function carryOverValues(
  edited: readonly string[],
  stored: readonly string[],
  declared: readonly string[],
): string[] {
  const surplus = stored.filter((value) => !declared.includes(value));
  const result = edited.filter((value) => !surplus.includes(value));
  declared.forEach((value, index) => {
    if (stored.includes(value) || result.includes(value)) return;
    const before = declared.slice(0, index).findLast((earlier) => result.includes(earlier));
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, value);
  });
  return result;
}
