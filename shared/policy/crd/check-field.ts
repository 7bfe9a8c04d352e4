import type { Problem } from '../core/rule.ts';
import { checkScalar } from './check-scalar.ts';
import type { Field, ListField, MapField, ObjectField, Place, ValueRule } from './field.ts';
import { lastOf, shown } from './shown.ts';
import { unknownField } from './unknown-field.ts';

/**
 * What the API server refuses of a value, each problem with its path; `[]` where it accepts it. Unknown fields, which it
 * drops, are problems of `atMost: 'warn'`. Pure.
 *
 * @param path of the value; empty for the object as a whole
 */
export function checkField(field: Field, value: unknown, path = ''): Problem[] {
  return checkAt(field, value, { path, name: path === '' ? 'The document' : lastOf(path), root: field });
}

function checkAt(field: Field, value: unknown, place: Place): Problem[] {
  switch (field.type) {
    case 'object':
      return isMapping(value) ? checkObject(field, value, place) : [wrongType(value, place, 'a mapping')];
    case 'map':
      return isMapping(value) ? checkMap(field, value, place) : [wrongType(value, place, 'a mapping')];
    case 'list':
      return Array.isArray(value) ? checkList(field, value, place) : [wrongType(value, place, 'a list')];
    case 'opaque':
      return [];
    default:
      return checkScalar(field, value, place);
  }
}

/** Plain loops here and below: a NodePool has a hundred fields, and nearly all are as they should be. */
function checkObject(field: ObjectField, value: object, place: Place): Problem[] {
  const { path } = place;
  const entries = present(value);
  const known = (name: string) => (Object.hasOwn(field.fields, name) ? field.fields[name] : undefined);
  const problems: Problem[] = [];
  for (const name of field.required ?? []) {
    if (!entries.some(([there]) => there === name)) problems.push(missing(field, name, path));
  }
  for (const name of Object.keys(value)) {
    if (known(name) === undefined) problems.push(unknownField(field, name, place));
  }
  for (const [name, part] of entries) {
    const one = known(name);
    if (one !== undefined) problems.push(...checkAt(one, part, inside(place, name)));
  }
  problems.push(...ruled(field.rules, entries, path));
  return problems;
}

function checkMap(field: MapField, value: object, place: Place): Problem[] {
  const { path } = place;
  const entries = present(value);
  const { most = Number.POSITIVE_INFINITY } = field;
  const problems = entries.length > most ? [tooMany(entries.length, most, path)] : [];
  for (const [key, part] of entries) problems.push(...checkAt(field.values, part, { ...place, name: key }));
  problems.push(...ruled(field.rules, entries, path));
  return problems;
}

function checkList(field: ListField, value: readonly unknown[], place: Place): Problem[] {
  const { path } = place;
  const { most = Number.POSITIVE_INFINITY } = field;
  const problems = value.length > most ? [tooMany(value.length, most, path)] : [];
  for (const [index, one] of value.entries()) problems.push(...checkAt(field.items, one, item(place, index)));
  const twice = field.unique ? firstRepeated(value) : -1;
  if (twice !== -1) {
    problems.push({
      message: `${lastOf(path)} names ${shown(value[twice])} twice`,
      fix: 'Remove one of the two',
      path: `${path}[${twice}]`,
    });
  }
  return problems;
}

/** The place of the first value that stood before already; -1 where there is none. */
function firstRepeated(value: readonly unknown[]): number {
  const seen = new Set<unknown>();
  return value.findIndex((one) => seen.size === seen.add(one).size);
}

function inside(place: Place, name: string): Place {
  return { path: place.path === '' ? name : `${place.path}.${name}`, name, root: place.root };
}

function item(place: Place, index: number): Place {
  const at = `[${index}]`;
  return { path: `${place.path}${at}`, name: `${place.name}${at}`, root: place.root };
}

function ruled(
  rules: readonly ValueRule[] | undefined,
  entries: readonly [string, unknown][],
  path: string,
): Problem[] {
  if (rules === undefined) return [];
  const value = Object.fromEntries(entries);
  return rules.flatMap((rule) => rule(value, path));
}

/** What is `null` counts as absent: the API server removes it before it looks, or puts the default there. */
function present(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(value: unknown, { path, name }: Place, expected: string): Problem {
  return { message: `${name} is ${shown(value)}; it has to be ${expected}`, path };
}

function missing(field: ObjectField, name: string, path: string): Problem {
  const release = field.optionalSince?.[name];
  return {
    message:
      `${path === '' ? 'The object' : lastOf(path)} has no ${name}` +
      (release === undefined ? '' : `, which Karpenter before ${release} asks for`),
    fix: `Add ${path === '' ? name : `${path}.${name}`}`,
    path,
    ...(release === undefined ? {} : { atMost: 'warn' }),
  };
}

function tooMany(found: number, most: number, path: string): Problem {
  return { message: `${lastOf(path)} has ${found} entries; the API server accepts ${most}`, path, found };
}
