import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import type { Catalog, Column } from '../../shared/catalog/catalog.ts';

/** The size of catalogue that the target names: about what a Region has. */
export const TARGET_TYPES = 1000;

/** So many types of the bundled catalogue, taken evenly over all families. */
export function thousandTypes(): Catalog {
  const { origin, types, columns, capacityTypes } = bundledCatalog();
  const kept = Array.from({ length: TARGET_TYPES }, (_, place) =>
    Math.floor((place * types.length) / TARGET_TYPES),
  );
  const pick = <T>(all: readonly T[]): T[] => kept.flatMap((place) => all[place] ?? []);
  const cut = ([key, { values, index }]: [string, Column]): [string, Column] => [
    key,
    { values, index: pick(index) },
  ];
  return {
    origin,
    types: pick(types),
    columns: new Map([...columns].map(cut)),
    capacityTypes: pick(capacityTypes),
  };
}
