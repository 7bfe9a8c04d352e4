import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../record/zone-keys.ts';
import { type AllowedValues, allows, allowsAbsence } from '../requirements/allowed-values.ts';
import { CAPACITY_TYPE_KEY, REGION_KEY } from '../requirements/labels.ts';
import { allowedFor, type RequirementMap } from '../requirements/requirement-map.ts';
import { CAPACITY_BITS, type Catalog, type CatalogCapacityType, type Column } from './catalog.ts';

/** What Karpenter matches by offering, not by type, or that says nothing of a type. */
const NOT_OF_A_TYPE: ReadonlySet<string> = new Set([
  CAPACITY_TYPE_KEY,
  REGION_KEY,
  ZONE_NAME_KEY,
  ZONE_ID_KEY,
]);

/** A zone under both of its names; `name` is empty where nobody knows it. */
export interface NamedZone {
  readonly id: string;
  readonly name: string;
}

/** How much of a catalogue to count. */
export interface MatchScope {
  /** Only types that can be had so. */
  readonly capacityType?: CatalogCapacityType;
  /** Only types that are offered in one of these zones (IDs); without offerings nothing is left out. */
  readonly zoneIds?: ReadonlySet<string>;
}

/** The types of a catalogue, as places in `catalog.types`, that satisfy a map. */
export interface Matches {
  readonly catalog: Catalog;
  readonly types: readonly number[];
}

/**
 * The types that a map allows: on every label that the catalogue has a column for, the type's value is allowed, or its
 * absence. Keys without a column are custom labels and filter nothing (Karpenter, filterInstanceTypesByRequirements).
 * Time is linear in the number of types for each key: what a value's verdict is, is asked once for each distinct value.
 */
export function matchingTypes(catalog: Catalog, map: RequirementMap): Matches {
  let left = allOf(catalog);
  for (const [key, allowed] of map) {
    const column = NOT_OF_A_TYPE.has(key) ? undefined : catalog.columns.get(key);
    if (column !== undefined) left = passing(left, column, allowed);
  }
  return { catalog, types: left };
}

/** A plain loop: this is most of what judging a NodePool takes. */
function passing(types: readonly number[], column: Column, allowed: AllowedValues): number[] {
  const passes = columnTest(column, allowed);
  const left: number[] = [];
  for (const type of types) if (passes(type)) left.push(type);
  return left;
}

/** Tells of a type, by its place, whether its value of a label is allowed, or that it has none. */
export function columnTest({ values, index }: Column, allowed: AllowedValues): (type: number) => boolean {
  const verdicts = values.map((value) => allows(allowed, value));
  const absent = allowsAbsence(allowed);
  return (type) => {
    const place = index[type] ?? -1;
    return place === -1 ? absent : verdicts[place] === true;
  };
}

/** Those of the matches that can be had within the scope. */
export function within({ catalog, types }: Matches, { capacityType, zoneIds }: MatchScope): Matches {
  const bit = capacityType === undefined ? 0 : CAPACITY_BITS[capacityType];
  const zoneSets = zoneIds === undefined ? undefined : setsInZones(catalog, zoneIds);
  const kept = types.filter((type) => {
    if (bit !== 0 && ((catalog.capacityTypes[type] ?? 0) & bit) === 0) return false;
    return zoneSets === undefined || zoneSets[catalog.offerings?.setOf[type] ?? -1] === true;
  });
  return { catalog, types: kept };
}

/** The distinct values of a label among the matches, sorted. */
export function distinctValues({ catalog, types }: Matches, key: string): string[] {
  const column = catalog.columns.get(key);
  if (column === undefined) return [];
  const places = new Set<number>();
  for (const type of types) places.add(column.index[type] ?? -1);
  return [...new Set([...places].flatMap((place) => column.values[place] ?? []))].sort();
}

/** Names of the matches. */
export function typeNames({ catalog, types }: Matches): string[] {
  return types.map((type) => catalog.types[type] ?? '');
}

/** Whether a map leaves a zone open; a name that nobody knows excludes nothing. */
export function allowsZone(map: RequirementMap, { id, name }: NamedZone): boolean {
  return (
    (id === '' || allows(allowedFor(map, ZONE_ID_KEY), id)) &&
    (name === '' || allows(allowedFor(map, ZONE_NAME_KEY), name))
  );
}

/** Whether a map lets a capacity type be launched. */
export function allowsCapacityType(map: RequirementMap, capacityType: string): boolean {
  return allows(allowedFor(map, CAPACITY_TYPE_KEY), capacityType);
}

function setsInZones({ offerings }: Catalog, zoneIds: ReadonlySet<string>): boolean[] | undefined {
  if (offerings === undefined) return undefined;
  const inside = offerings.zoneIds.map((id) => zoneIds.has(id));
  return offerings.sets.map((set) => set.some((zone) => inside[zone] === true));
}

const allTypes = new WeakMap<Catalog, readonly number[]>();

function allOf(catalog: Catalog): readonly number[] {
  const known = allTypes.get(catalog);
  if (known !== undefined) return known;
  const all = catalog.types.map((_, type) => type);
  allTypes.set(catalog, all);
  return all;
}
