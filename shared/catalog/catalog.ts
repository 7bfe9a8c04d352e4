/**
 * A catalogue of EC2 instance types: what Karpenter's AWS provider would say of each (its labels), which capacity types
 * it can be had as, and in which zones. Columnar: a thousand types with two dozen labels each, of which most repeat.
 * Pure; times are RFC 3339.
 */
export interface Catalog {
  readonly origin: CatalogOrigin;
  /** Names (`m5.large`), sorted; every other list goes by the place in this one. */
  readonly types: readonly string[];
  /** By canonical label key. A key without a column filters no type. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Bits of CapacityBit, one entry a type. */
  readonly capacityTypes: readonly number[];
  /** Absent where nothing tells in which zones a type is offered. */
  readonly offerings?: Offerings;
}

/** Where a catalogue comes from: `bundled` with the product, EC2's API, the AWS CLI's JSON, or Karpenter's metrics. */
export type CatalogSource = 'bundled' | 'ec2' | 'aws-cli' | 'karpenter-metrics';

export interface CatalogOrigin {
  readonly source: CatalogSource;
  readonly madeAt: string;
  /** Absent for a catalogue of no Region in particular. */
  readonly region?: string;
  /** What it was made from, in words: `moto 5.2.5, ec2:DescribeInstanceTypes`. */
  readonly madeFrom?: string;
}

/** The values of one label. */
export interface Column {
  /** The distinct values, in no particular order. */
  readonly values: readonly string[];
  /** One entry a type: a place in `values`, or -1 for a type without the label. */
  readonly index: readonly number[];
}

/** In which zones types are offered. */
export interface Offerings {
  /** Zone IDs (`use1-az1`), sorted. */
  readonly zoneIds: readonly string[];
  /** The distinct sets of zones, as places in `zoneIds`. */
  readonly sets: readonly (readonly number[])[];
  /** One entry a type: a place in `sets`. */
  readonly setOf: readonly number[];
}

export const CAPACITY_BITS = { 'on-demand': 1, spot: 2 } as const;
export type CatalogCapacityType = keyof typeof CAPACITY_BITS;

/** The value of a label of one type; `undefined` where it has none. */
export function labelOf(catalog: Catalog, type: number, key: string): string | undefined {
  const column = catalog.columns.get(key);
  return column?.values[column.index[type] ?? -1];
}

/** All labels of one type. */
export function labelsOf(catalog: Catalog, type: number): Readonly<Record<string, string>> {
  const labels = [...catalog.columns.keys()].map((key) => [key, labelOf(catalog, type, key)] as const);
  return Object.fromEntries(labels.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

const DAY_MS = 86_400_000;

/** Whole days since it was made. */
export function ageDaysOf({ origin }: Catalog, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(origin.madeAt)) / DAY_MS));
}

/** `the bundled snapshot of 2026-10-27 (1,395 types)` */
export function describeCatalog({ origin, types }: Catalog): string {
  const words: Readonly<Record<CatalogSource, string>> = {
    bundled: 'the bundled snapshot',
    ec2: "EC2's API",
    'aws-cli': "the AWS CLI's answers",
    'karpenter-metrics': "Karpenter's metrics",
  };
  const region = origin.region === undefined ? '' : ` in ${origin.region}`;
  // toLocaleString takes longer than the verdict of a rule.
  const count = String(types.length).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${words[origin.source]}${region} of ${origin.madeAt.slice(0, 10)}, ${count} types`;
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Where each of a catalogue's names or values stands in its list: lists of an object are held against lists of thousands. */
export function placesIn(list: readonly string[]): ReadonlyMap<string, number> {
  const known = places.get(list);
  if (known !== undefined) return known;
  const made = new Map(list.map((value, place) => [value, place]));
  places.set(list, made);
  return made;
}
