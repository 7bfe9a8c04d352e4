import { type Catalog, type CatalogCapacityType, placesIn } from '../../catalog/catalog.ts';
import { columnTest, type Matches } from '../../catalog/matches.ts';
import { allowedBy } from '../../requirements/allowed-values.ts';
import {
  CATEGORY_KEY,
  CPU_KEY,
  canonicalLabel,
  FAMILY_KEY,
  GENERATION_KEY,
  INSTANCE_TYPE_KEY,
  MEMORY_KEY,
  SIZE_KEY,
} from '../../requirements/labels.ts';
import type { Requirement } from '../../requirements/requirement.ts';
import { requirementMap } from '../../requirements/requirement-map.ts';
import type { Subject } from '../core/subject.ts';
import { labelFor } from '../values/label-for.ts';
import { distance, type TypeTraits, traitsOf } from './near-types.ts';

/** The keys that a suggestion may change, those first that change least what a node is like. */
export const CHANGEABLE: readonly string[] = [
  INSTANCE_TYPE_KEY,
  FAMILY_KEY,
  GENERATION_KEY,
  CATEGORY_KEY,
  SIZE_KEY,
  CPU_KEY,
  MEMORY_KEY,
];

/** An entry of the requirements that can be changed. */
export interface ChangeableEntry {
  readonly place: number;
  readonly key: string;
  readonly entry: Requirement;
  /** The types that it alone keeps out, by their value of the label; the values that are nearest to what is there first. */
  readonly keptOut: () => readonly KeptOut[];
}

export interface KeptOut {
  readonly value: string;
  readonly types: readonly number[];
}

/** A count to which types are added, each of them once. */
export interface Tally {
  readonly reached: number;
  add(types: readonly number[]): void;
}

/** Where a suggestion can be looked for. Types are places in the catalogue. */
export interface ChangeSpace {
  readonly catalog: Catalog;
  readonly requirements: readonly Requirement[];
  /** What can be launched now. */
  readonly found: readonly number[];
  readonly entries: readonly ChangeableEntry[];
  /** The types that suggestions are to be like. */
  readonly base: readonly TypeTraits[];
  /** A label as the object writes it. */
  labelFor(key: string): string;
  /** How many types, or how many different values of a label. */
  count(types: readonly number[], key: string | undefined): number;
  /** Goes on counting from what can be launched now. */
  tally(key: string | undefined): Tally;
  /** The types of the universe that satisfy the entries, with one of them replaced. */
  withReplacement(place: number, by: readonly Requirement[]): readonly number[];
}

/** Of long lists the first few say what is wanted. */
const MOST_BASES = 8;
/** Entries that a suggestion may change: each is looked at for each type, and nobody writes as many. */
const MOST_CHANGEABLE = 20;

/** Works out which entry keeps which types out. Linear in types and entries. */
export function changeSpace(
  subject: Subject,
  requirements: readonly Requirement[],
  capacityType: CatalogCapacityType,
): ChangeSpace {
  const catalog = subject.around.catalog;
  const keyed = requirements.map((entry, place) => ({ entry, place, key: canonicalLabel(entry.key) }));
  const changeable = keyed
    .filter(({ key }) => CHANGEABLE.includes(key))
    .slice(0, MOST_CHANGEABLE)
    .map((one) => ({ ...one, passes: passing(catalog, one.key, one.entry) }));
  const places = new Set(changeable.map(({ place }) => place));
  const fixed = requirements.filter((_, place) => !places.has(place));
  const open = subject.matching(requirementMap(fixed, subject.facts.templateLabels));
  const universe = subject.inReach(open, capacityType).types;
  const found: number[] = [];
  const only = changeable.map((): number[] => []);
  for (const type of universe) {
    const failing = onlyFailing(changeable, type);
    if (failing === undefined) found.push(type);
    else only[failing]?.push(type);
  }
  const traits = traitsOf(catalog);
  const base = basesOf(catalog, found, requirements).flatMap((type) => traits[type] ?? []);
  return {
    catalog,
    requirements,
    found,
    base,
    entries: changeable.map(({ entry, place, key }, index) => ({
      entry,
      place,
      key,
      keptOut: once(() => keptOutBy(catalog, key, only[index] ?? [], base)),
    })),
    labelFor: (key) => labelFor(subject, key),
    count: (types, key) => tallyOf(catalog, key, types).reached,
    tally: (key) => tallyOf(catalog, key, found),
    withReplacement(place, by) {
      const rest = changeable.filter((one) => one.place !== place);
      const others = universe.filter((type) => rest.every(({ passes }) => passes(type)));
      const tests = by.map((entry) => passing(catalog, canonicalLabel(entry.key), entry));
      return others.filter((type) => tests.every((passes) => passes(type)));
    },
  };
}

/** Groups types by the value of a label. What has nothing that is like what is there is left out: nobody wants it. */
function keptOutBy(
  catalog: Catalog,
  key: string,
  types: readonly number[],
  base: readonly TypeTraits[],
): readonly KeptOut[] {
  const column = catalog.columns.get(key);
  const traits = traitsOf(catalog);
  const alike = likeness(base);
  // Of a thousand types most are unlike what is there: they are passed over before anything is made for them.
  const nearest = new Map<number, number>();
  for (const type of types) {
    const place = column?.index[type] ?? -1;
    const trait = traits[type];
    if (place === -1 || trait === undefined || !alike(trait)) continue;
    const far = distance(trait, base);
    if (far < (nearest.get(place) ?? Number.POSITIVE_INFINITY)) nearest.set(place, far);
  }
  const groups = new Map<number, number[]>();
  for (const type of types) {
    const place = column?.index[type] ?? -1;
    if (!nearest.has(place)) continue;
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [type]);
    else group.push(type);
  }
  const far = (place: number) => nearest.get(place) ?? Number.POSITIVE_INFINITY;
  return [...groups]
    .sort(([a, [first = 0]], [b, [second = 0]]) => far(a) - far(b) || first - second)
    .map(([place, group]) => ({ value: column?.values[place] ?? '', types: group }));
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

/** The types that are there; where there are none, those that the lists name. */
function basesOf(
  catalog: Catalog,
  found: Matches['types'],
  requirements: readonly Requirement[],
): readonly number[] {
  if (found.length > 0) return found.slice(0, MOST_BASES);
  const named = requirements.filter((entry) => canonicalLabel(entry.key) === INSTANCE_TYPE_KEY);
  return named
    .flatMap(({ operator, values = [] }) => (operator === 'In' ? values : []))
    .flatMap((name) => placesIn(catalog.types).get(name) ?? [])
    .slice(0, MOST_BASES);
}

/** Whether a type is of a kind that is there already: its architecture, and no equipment that the others lack. */
function likeness(base: readonly TypeTraits[]): (type: TypeTraits) => boolean {
  const archs = new Set(base.length === 0 ? ['amd64'] : base.map(({ arch }) => arch));
  const special = new Set(base.map((one) => one.special));
  return (type) => archs.has(type.arch) && (type.special === '' || special.has(type.special));
}

/** As matching has it: a label without a column keeps no type out. */
function passing(catalog: Catalog, key: string, entry: Requirement): (type: number) => boolean {
  const column = catalog.columns.get(key);
  return column === undefined ? () => true : columnTest(column, allowedBy(entry));
}

/** The index of the entry that alone keeps a type out, `undefined` where none does, -1 where more than one do. */
function onlyFailing(
  entries: readonly { readonly passes: (type: number) => boolean }[],
  type: number,
): number | undefined {
  let only: number | undefined;
  for (let index = 0; index < entries.length; index += 1) {
    if (entries[index]?.passes(type) === true) continue;
    if (only !== undefined) return -1;
    only = index;
  }
  return only;
}

function tallyOf(catalog: Catalog, key: string | undefined, types: readonly number[]): Tally {
  const column = key === undefined ? undefined : catalog.columns.get(key);
  const seen = new Set<number>();
  let count = 0;
  const tally = {
    get reached() {
      return key === undefined ? count : seen.size;
    },
    add(more: readonly number[]) {
      count += more.length;
      if (key !== undefined) for (const type of more) seen.add(column?.index[type] ?? -1);
    },
  };
  tally.add(types);
  return tally;
}
