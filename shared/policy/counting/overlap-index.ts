import type { Catalog } from '../../catalog/catalog.ts';
import { type Matches, matchingTypes } from '../../catalog/matches.ts';
import { allowsAbsence, listed, overlaps } from '../../requirements/allowed-values.ts';
import { type RequirementMap, requirementMap } from '../../requirements/requirement-map.ts';
import type { PoolFacts } from '../reading/pool-facts.ts';

/**
 * With how many others a NodePool is compared at the most. The index leaves few to compare; this bounds the work for
 * NodePools that were made to have many in common and nothing to overlap on.
 */
export const MOST_COMPARED = 50;

/** The same NodePools are asked about once for each of them: 1,000 of them are indexed once. */
const indices = new WeakMap<readonly PoolFacts[], OverlapIndex>();

/** The index of these NodePools, made when it is first asked for. */
export function overlapIndex(pools: readonly PoolFacts[], catalog: Catalog): OverlapIndex {
  const known = indices.get(pools);
  if (known?.catalog === catalog) return known;
  const made = new OverlapIndex(pools, catalog);
  indices.set(pools, made);
  return made;
}

/**
 * Which NodePools could be chosen for the same pod, with nothing that says which: of equal weight, with the same taints
 * that keep pods off, with requirements that intersect and at least one instance type in common.
 */
export class OverlapIndex {
  readonly catalog: Catalog;
  /** How many pairs were compared so far: what the index is there to keep small. */
  comparisons = 0;
  readonly #groups = new Map<string, Group>();

  constructor(pools: readonly PoolFacts[], catalog: Catalog) {
    this.catalog = catalog;
    for (const pool of pools) {
      // Static NodePools have no weight, and are not filled by pods that wait.
      if (pool.replicas !== undefined) continue;
      const key = groupOf(pool);
      const group = this.#groups.get(key) ?? new Group();
      this.#groups.set(key, group);
      group.add(new Entry(pool));
    }
  }

  /**
   * Names of the NodePools that overlap with this one, at most so many.
   *
   * @param matches the instance types that it allows
   */
  overlapping(pool: PoolFacts, matches: Matches, most: number): string[] {
    const subject = new Entry(pool, matches);
    const found: string[] = [];
    let compared = 0;
    for (const other of this.#groups.get(groupOf(pool))?.candidates(subject) ?? []) {
      if (other.name === pool.name) continue;
      if (compared === MOST_COMPARED) break;
      compared += 1;
      this.comparisons += 1;
      if (!intersect(subject.map, other.map)) continue;
      if (!sharesBit(subject.types(this.catalog), other.types(this.catalog))) continue;
      if (found.push(other.name) === most) break;
    }
    return found;
  }
}

/** A NodePool with what is worked out of it, when it is first asked for. */
class Entry {
  readonly name: string;
  readonly map: RequirementMap;
  readonly #matches: Matches | undefined;
  #types: Uint32Array | undefined;

  constructor({ name, requirements, templateLabels }: PoolFacts, matches?: Matches) {
    this.name = name;
    this.#matches = matches;
    this.map = requirementMap(requirements, templateLabels);
  }

  /** The instance types that match, one bit each. */
  types(catalog: Catalog): Uint32Array {
    this.#types ??= bitsOf((this.#matches ?? matchingTypes(catalog, this.map)).types, catalog.types.length);
    return this.#types;
  }

  /** The values that a label may have, where they are listed. One that has to be absent has none, as others may have none. */
  valuesOf(key: string): readonly string[] | undefined {
    const allowed = this.map.get(key);
    const values = allowed === undefined ? undefined : listed(allowed);
    return values?.length === 0 ? undefined : values;
  }
}

/** NodePools of one weight and with the same taints, by the values that they list. */
class Group {
  readonly #entries: Entry[] = [];
  readonly #byValue = new Map<string, Map<string, Entry[]>>();
  readonly #open = new Map<string, Entry[]>();

  add(entry: Entry): void {
    this.#entries.push(entry);
    for (const key of entry.map.keys()) {
      const byValue = this.#byValue.get(key) ?? new Map<string, Entry[]>();
      this.#byValue.set(key, byValue);
      for (const value of entry.valuesOf(key) ?? []) {
        const entries = byValue.get(value) ?? [];
        byValue.set(value, entries);
        entries.push(entry);
      }
    }
  }

  /** Those that could intersect with one, by the label that leaves the fewest of them. */
  candidates(subject: Entry): Iterable<Entry> {
    let least: Iterable<Entry> = this.#entries;
    let count = this.#entries.length;
    for (const key of subject.map.keys()) {
      const values = subject.valuesOf(key);
      if (values === undefined) continue;
      const lists = [this.#without(key), ...values.map((value) => this.#byValue.get(key)?.get(value) ?? [])];
      const size = lists.reduce((sum, list) => sum + list.length, 0);
      if (size >= count) continue;
      least = distinct(lists);
      count = size;
    }
    return least;
  }

  /** Those that do not list what a label may be. */
  #without(key: string): Entry[] {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const open = this.#entries.filter((entry) => entry.valuesOf(key) === undefined);
    this.#open.set(key, open);
    return open;
  }
}

/** Each once, one by one: of long lists only the first are looked at. */
function* distinct(lists: readonly (readonly Entry[])[]): Generator<Entry> {
  const seen = new Set<Entry>();
  for (const list of lists) {
    for (const entry of list) {
      if (seen.has(entry)) continue;
      seen.add(entry);
      yield entry;
    }
  }
}

/** What keeps NodePools apart without looking at their requirements. */
function groupOf({ weight = 0, taints }: PoolFacts): string {
  const keepingOff = taints
    .filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
    .map(({ key, value = '', effect }) => `${key}=${value}:${effect}`);
  return JSON.stringify([weight, ...keepingOff.sort()]);
}

/** Karpenter's Intersects, up to the first label on which nothing satisfies both. */
function intersect(left: RequirementMap, right: RequirementMap): boolean {
  for (const [key, theirs] of right) {
    const ours = left.get(key);
    if (ours === undefined || overlaps(ours, theirs)) continue;
    if (!allowsAbsence(ours) || !allowsAbsence(theirs)) return false;
  }
  return true;
}

function bitsOf(places: readonly number[], size: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(size / 32));
  for (const place of places) bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
  return bits;
}

function sharesBit(left: Uint32Array, right: Uint32Array): boolean {
  return left.some((word, place) => (word & (right[place] ?? 0)) !== 0);
}
