import fc from 'fast-check';
import { ODD, UNKNOWN_FIELDS } from './odd-values.ts';

/** Something done to some place of an object, wherever that is. */
export interface Mutation {
  readonly place: number;
  readonly how: 'replace' | 'remove' | 'add' | 'many';
  readonly junk: unknown;
  readonly field: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'many'),
  junk: fc.constantFrom(...ODD.anything),
  field: fc.constantFrom(...UNKNOWN_FIELDS),
});

/** Every mapping and list of an object below its root, with a key of it. */
function places(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [[value, key] as [object, string], ...places(part)]);
}

/** Changes an object in place. */
export function mutate(object: object, { place, how, junk, field }: Mutation): void {
  // Whatever is done to `apiVersion` and `kind` is done by their own odd values.
  const all = places(object).filter(
    ([holder, key]) => holder !== object || key === 'spec' || key === 'metadata',
  );
  const [holder, key] = all[place % all.length] ?? [];
  if (holder === undefined || key === undefined) return;
  const part: unknown = Reflect.get(holder, key);
  if (how === 'remove')
    Array.isArray(holder) ? holder.splice(Number(key), 1) : Reflect.deleteProperty(holder, key);
  else if (how === 'replace') Reflect.set(holder, key, junk);
  else if (how === 'add' && typeof part === 'object' && part !== null && !Array.isArray(part))
    Reflect.set(part, field, junk);
  else if (how === 'many' && Array.isArray(part) && part.length > 0) {
    const length = [50, 51, 100, 101][place % 4] ?? 101;
    Reflect.set(
      holder,
      key,
      Array.from({ length }, (_, index) => part[index % part.length]),
    );
  }
}
