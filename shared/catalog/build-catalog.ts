import { INSTANCE_KEYS } from '../requirements/labels.ts';
import { CAPACITY_BITS, type Catalog, type CatalogOrigin, type Column, type Offerings } from './catalog.ts';
import type { TypeLabels } from './type-labels.ts';

/** One instance type, as sources tell of it. */
export interface CatalogRow {
  readonly name: string;
  readonly labels: TypeLabels;
  /** `on-demand` and `spot`; others are left out. */
  readonly capacityTypes: Iterable<string>;
}

/** Zone IDs by type. */
export type ZonesOfTypes = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Makes a catalogue of rows; of two with one name the last counts. Where it is known which zones offer a type, a type
 * that none offers is left out: nothing can launch it, and counting it would make a NodePool look more diverse than it is.
 */
export function buildCatalog(
  origin: CatalogOrigin,
  rows: readonly CatalogRow[],
  zones?: ZonesOfTypes,
): Catalog {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const kept = [...byName.values()]
    .filter(({ name }) => zones === undefined || (zones.get(name)?.size ?? 0) > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const columns = INSTANCE_KEYS.map((key) => [key, columnOf(kept.map(({ labels }) => labels[key]))] as const);
  return {
    origin,
    types: kept.map(({ name }) => name),
    columns: new Map(columns.filter(([, { values }]) => values.length > 0)),
    capacityTypes: kept.map(({ capacityTypes }) => capacityBits(capacityTypes)),
    ...(zones === undefined ? {} : { offerings: offeringsOf(kept, zones) }),
  };
}

function columnOf(values: readonly (string | undefined)[]): Column {
  const places = new Map<string, number>();
  const index = values.map((value) => {
    if (value === undefined) return -1;
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return place;
  });
  return { values: [...places.keys()], index };
}

function capacityBits(capacityTypes: Iterable<string>): number {
  const given = new Set(capacityTypes);
  return Object.entries(CAPACITY_BITS).reduce(
    (bits, [name, bit]) => (given.has(name) ? bits | bit : bits),
    0,
  );
}

function offeringsOf(rows: readonly CatalogRow[], zones: ZonesOfTypes): Offerings {
  const sorted = rows.map(({ name }) => [...(zones.get(name) ?? [])].sort());
  const zoneIds = [...new Set(sorted.flat())].sort();
  const placeOf = new Map(zoneIds.map((id, place) => [id, place]));
  const { values, index } = columnOf(sorted.map((ids) => ids.map((id) => placeOf.get(id)).join()));
  return { zoneIds, sets: values.map((set) => set.split(',').map(Number)), setOf: index };
}
