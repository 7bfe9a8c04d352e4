import {
  ARCH_KEY,
  CATEGORY_KEY,
  CPU_KEY,
  canonicalLabel,
  FAMILY_KEY,
  GENERATION_KEY,
  INSTANCE_TYPE_KEY,
} from '../../requirements/labels.ts';
import type { Requirement } from '../../requirements/requirement.ts';
import { CHANGEABLE, type ChangeableEntry, type ChangeSpace } from './change-space.ts';
import type { RequirementEdit } from './requirement-edit.ts';

/** One edit with what it costs (values that are written anew) and how many are there after it. */
export interface PossibleChange {
  readonly edit: RequirementEdit;
  readonly cost: number;
  readonly reached: number;
}

/** Nobody reads a longer list in a message. */
const MOST_VALUES = 14;
/** So many names are no reason to write the entry in another way. */
const FEW_NAMES = 4;
/** A replacement changes how the NodePool is written: only where it saves more than a few names. */
const REPLACEMENT_COST = 2;

/** Keys whose values are names, which other keys can say in general. */
const NAMES: readonly string[] = [INSTANCE_TYPE_KEY, FAMILY_KEY];

/**
 * One change for each entry that can be changed, just as large as is needed, and a replacement of each long list of types or
 * families. In the order in which they are preferred where they cost the same, up to one that nothing can be cheaper than.
 *
 * @param key the label whose different values are counted; absent: types are
 */
export function changesOf(space: ChangeSpace, needed: number, key: string | undefined): PossibleChange[] {
  const ordered = [...space.entries].sort((a, b) => CHANGEABLE.indexOf(a.key) - CHANGEABLE.indexOf(b.key));
  const all: PossibleChange[] = [];
  for (const entry of ordered) {
    const changes = changeOf(space, entry, needed, key);
    const least = Math.min(...changes.filter(({ reached }) => reached >= needed).map(({ cost }) => cost));
    all.push(...changes);
    // Nothing costs less than one value, and what follows is preferred less.
    if (least === 1) break;
    const named = NAMES.includes(entry.key) && entry.entry.operator === 'In';
    if (named && least > FEW_NAMES) all.push(...replacements(space, entry, key));
  }
  return all;
}

function changeOf(
  space: ChangeSpace,
  entry: ChangeableEntry,
  needed: number,
  key: string | undefined,
): PossibleChange[] {
  const { operator } = entry.entry;
  if (operator === 'In' || operator === 'NotIn') return valueChange(space, entry, needed, key);
  return ['Gt', 'Gte', 'Lt', 'Lte'].includes(operator) ? boundChange(space, entry, needed, key) : [];
}

/** Values added to a list, or taken out of one that excludes: the nearest first, and only those that bring something. */
function valueChange(
  space: ChangeSpace,
  { entry, place, keptOut }: ChangeableEntry,
  needed: number,
  key: string | undefined,
): PossibleChange[] {
  const values: string[] = [];
  const tally = space.tally(key);
  for (const { value, types: gained } of keptOut()) {
    const { reached } = tally;
    if (reached >= needed || values.length >= MOST_VALUES) break;
    tally.add(gained);
    if (tally.reached > reached) values.push(value);
  }
  if (values.length === 0) return [];
  const kind = entry.operator === 'In' ? 'add-values' : 'remove-values';
  return [{ edit: { kind, place, values }, cost: values.length, reached: tally.reached }];
}

/** The bound moved just as far as is needed. */
function boundChange(
  space: ChangeSpace,
  { entry, place, keptOut }: ChangeableEntry,
  needed: number,
  key: string | undefined,
): PossibleChange[] {
  const lower = entry.operator === 'Gt' || entry.operator === 'Gte';
  const byValue = [...keptOut()].sort((a, b) => (Number(a.value) - Number(b.value)) * (lower ? -1 : 1));
  const tally = space.tally(key);
  let bound: number | undefined;
  for (const { value, types: gained } of byValue) {
    if (tally.reached >= needed) break;
    tally.add(gained);
    bound = Number(value);
  }
  if (bound === undefined) return [];
  const shift = { Gt: -1, Lt: 1 }[entry.operator] ?? 0;
  return [
    {
      edit: { kind: 'move-bound', place, value: String(bound + shift) },
      cost: 1,
      reached: tally.reached,
    },
  ];
}

/**
 * What a list of types asks for, said by category, generation and cpu, or a list of families without cpu; a key that another
 * entry bounds stays with it.
 */
function replacements(
  space: ChangeSpace,
  { place, key: label }: ChangeableEntry,
  key: string | undefined,
): PossibleChange[] {
  const { base, requirements } = space;
  if (base.length === 0) return [];
  const said = requirements.map((entry) => canonicalLabel(entry.key));
  const categories = [...new Set(base.map(({ category }) => category))].sort();
  const cpus = [...new Set(base.map(({ cpu }) => cpu))].sort((a, b) => a - b).map(String);
  const archs = [...new Set(base.map(({ arch }) => arch))].sort();
  const oldest = Math.min(...base.map(({ generation }) => generation));
  return [categories, [...new Set([...categories, 'c', 'm', 'r'])].sort()].map((wanted) => {
    const all: readonly Requirement[] = [
      { key: ARCH_KEY, operator: 'In', values: archs },
      { key: CATEGORY_KEY, operator: 'In', values: wanted },
      { key: GENERATION_KEY, operator: 'Gt', values: [String(oldest - 1)] },
      ...(label === INSTANCE_TYPE_KEY ? [{ key: CPU_KEY, operator: 'In', values: cpus }] : []),
    ];
    const by = all
      .filter((entry) => !said.includes(entry.key))
      .map((entry) => ({ ...entry, key: space.labelFor(entry.key) }));
    const reached = space.count(space.withReplacement(place, by), key);
    const written = by.reduce((sum, { values = [] }) => sum + values.length, 0);
    return { edit: { kind: 'replace', place, by }, cost: written + REPLACEMENT_COST, reached };
  });
}
