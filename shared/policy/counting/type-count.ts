import { type Catalog, placesIn } from '../../catalog/catalog.ts';
import type { Matches, NamedZone } from '../../catalog/matches.ts';
import { atMost, countedBy, isOwnCatalog } from '../../catalog/own-catalog.ts';
import { listed } from '../../requirements/allowed-values.ts';
import { FAMILY_KEY, INSTANCE_TYPE_KEY } from '../../requirements/labels.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { listing } from '../core/listing.ts';
import type { Severity } from '../core/severity.ts';
import type { Subject } from '../core/subject.ts';

/** `at most 2 instance types` */
export function typesWords(catalog: Catalog, count: number): string {
  return `${atMost(catalog, count)} instance ${count === 1 ? 'type' : 'types'}`;
}

/** `at most 3 instance families` */
export function familiesWords(catalog: Catalog, count: number): string {
  return `${atMost(catalog, count)} instance ${count === 1 ? 'family' : 'families'}`;
}

/** What was counted in, and what it does not know: `by the bundled snapshot of 2026-10-27, 1,386 types`. */
export function countedIn(subject: Subject): string {
  const unknown = unknownNames(subject);
  const note = unknown.length === 0 ? '' : `, which does not know ${listing(unknown.slice(0, 3))}`;
  return `${countedBy(subject.around.catalog)}${note}`;
}

/**
 * What a count may lead to: no more than `warn` where the object names types or families that are younger than the
 * catalogue, as they count for nothing and EC2 may well have them.
 */
export function surest(subject: Subject, severity: Severity): Severity {
  return severity === 'deny' && unknownNames(subject).length > 0 ? 'warn' : severity;
}

/** Several rules ask of one object. */
const unknown = new WeakMap<Subject, readonly string[]>();

/** Types and families that it lists and the catalogue does not know; none where the catalogue is the Region's own. */
function unknownNames(subject: Subject): readonly string[] {
  const cached = unknown.get(subject);
  if (cached !== undefined) return cached;
  const names = isOwnCatalog(subject.around.catalog) ? [] : namesUnknownTo(subject);
  unknown.set(subject, names);
  return names;
}

function namesUnknownTo({ around, requirements }: Subject): string[] {
  return [INSTANCE_TYPE_KEY, FAMILY_KEY].flatMap((key) => {
    const known = placesIn(around.catalog.columns.get(key)?.values ?? []);
    return (listed(allowedFor(requirements, key)) ?? []).filter((name) => !known.has(name));
  });
}

/** What is launchable either way, by what is as Spot: of one object, several rules ask for both together. */
const together = new WeakMap<
  readonly number[],
  { readonly rest: readonly number[]; readonly both: Matches }
>();

/** The types that could be launched at all: as Spot, on demand or reserved, as the object allows it. */
export function launchableTypes(subject: Subject, without?: NamedZone): Matches {
  const spot = subject.allowsCapacityType('spot') ? subject.launchable('spot', without).types : NONE;
  // A reservation is of an on-demand instance.
  const rest = ['on-demand', 'reserved'].some((type) => subject.allowsCapacityType(type))
    ? subject.launchable('on-demand', without).types
    : NONE;
  const known = together.get(spot);
  if (known?.rest === rest) return known.both;
  const both = { catalog: subject.around.catalog, types: union(spot, rest) };
  if (spot !== NONE) together.set(spot, { rest, both });
  return both;
}

const NONE: readonly number[] = [];

/** Of two ascending lists, ascending. Asked for several times an object, of lists of a thousand. */
function union(left: readonly number[], right: readonly number[]): readonly number[] {
  if (left.length === 0 || right.length === 0) return left.length === 0 ? right : left;
  const both: number[] = [];
  let place = 0;
  for (const type of left) {
    for (let other = right[place]; other !== undefined && other <= type; other = right[place]) {
      if (other < type) both.push(other);
      place += 1;
    }
    both.push(type);
  }
  return place === right.length ? both : [...both, ...right.slice(place)];
}

/** A list is of one catalogue, and is asked about by several rules. */
const familyCounts = new WeakMap<readonly number[], number>();

/** How many families there are among the types. */
export function familyCount({ catalog, types }: Matches): number {
  const known = familyCounts.get(types);
  if (known !== undefined) return known;
  const column = catalog.columns.get(FAMILY_KEY);
  const seen = new Set<number>();
  for (const type of types) seen.add(column?.index[type] ?? -1);
  familyCounts.set(types, seen.size);
  return seen.size;
}

/** How many of the types have this value of a label. */
export function countWith({ catalog, types }: Matches, key: string, value: string): number {
  const column = catalog.columns.get(key);
  const place = column?.values.indexOf(value) ?? -1;
  return place === -1 ? 0 : types.filter((type) => column?.index[type] === place).length;
}
