import type { Catalog } from '../../catalog/catalog.ts';
import { type Matches, matchingTypes } from '../../catalog/matches.ts';
import { allowsAbsence, overlaps } from '../../requirements/allowed-values.ts';
import { type RequirementMap, requirementMap } from '../../requirements/requirement-map.ts';
import type { PoolFacts } from '../reading/pool-facts.ts';

/**
 * With how many others a NodePool is compared at the most. The index leaves few to compare; this bounds the work for
 * NodePools that were made to have many in common and nothing to overlap on.
 */
export const MOST_COMPARED = 50;

/** One a catalogue, which is held for hours: NodePools change one by one, and the index with them. */
const indices = new WeakMap<Catalog, OverlapIndex>();

/** The index of these NodePools. */
export function overlapIndex(pools: readonly PoolFacts[], catalog: Catalog): OverlapIndex {
  const index = indices.get(catalog) ?? new OverlapIndex([], catalog);
  indices.set(catalog, index);
  index.become(pools);
  return index;
}

/**
 * Which NodePools could be chosen for the same pod, with nothing that says which: of equal weight, with the same taints
 * that keep pods off, with requirements that intersect and at least one instance type in common.
 */
export class OverlapIndex {
  readonly catalog: Catalog;
  /** How many pairs were compared so far: what the index is there to keep small. */
  comparisons = 0;
  /** How many NodePools were put into it so far: of a list with one difference, one. */
  entered = 0;
  #pools: readonly PoolFacts[] = [];
  readonly #entries = new Map<PoolFacts, Entry>();
  readonly #groups = new Map<string, Group>();

  constructor(pools: readonly PoolFacts[], catalog: Catalog) {
    this.catalog = catalog;
    this.become(pools);
  }

  /** Takes out and in what is different. Of what was written again as it was, the facts are the same. */
  become(pools: readonly PoolFacts[]): void {
    if (pools === this.#pools) return;
    this.#pools = pools;
    const wanted = new Set(pools);
    for (const [pool, entry] of this.#entries) if (!wanted.has(pool)) this.#leave(pool, entry);
    for (const pool of wanted) if (!this.#entries.has(pool)) this.#enter(pool);
  }

  #enter(pool: PoolFacts): void {
    // Static NodePools have no weight, and are not filled by pods that wait.
    if (pool.replicas !== undefined) return;
    const key = groupOf(pool);
    const group = this.#groups.get(key) ?? new Group();
    this.#groups.set(key, group);
    const entry = new Entry(pool);
    this.entered += 1;
    this.#entries.set(pool, entry);
    group.add(entry);
  }

  #leave(pool: PoolFacts, entry: Entry): void {
    const key = groupOf(pool);
    const group = this.#groups.get(key);
    this.#entries.delete(pool);
    group?.remove(entry);
    if (group?.isEmpty === true) this.#groups.delete(key);
  }

  /**
   * Names of the NodePools that overlap with this one, at most so many.
   *
   * @param matches the instance types that it allows; asked for where another NodePool could have some of them
   */
  overlapping(pool: PoolFacts, matches: () => Matches, most: number): string[] {
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
  /**
   * The values that a label may have, where they are listed. One that has to be absent has none, as others may have none.
   */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #matches: (() => Matches) | undefined;
  #types: Uint32Array | undefined;

  constructor({ name, requirements, templateLabels }: PoolFacts, matches?: () => Matches) {
    this.name = name;
    this.#matches = matches;
    this.map = requirementMap(requirements, templateLabels);
    const lists = new Map<string, ReadonlySet<string>>();
    for (const [key, { complement, values }] of this.map)
      if (!complement && values.size > 0) lists.set(key, values);
    this.lists = lists;
  }

  /** The instance types that match, one bit each. */
  types(catalog: Catalog): Uint32Array {
    this.#types ??= bitsOf(
      (this.#matches?.() ?? matchingTypes(catalog, this.map)).types,
      catalog.types.length,
    );
    return this.#types;
  }
}

/** The NodePools that list what a label may be, together and by value. */
interface Listing {
  readonly entries: Set<Entry>;
  readonly byValue: Map<string, Set<Entry>>;
}

/** NodePools of one weight and with the same taints, by the values that they list. */
class Group {
  readonly #entries = new Set<Entry>();
  readonly #listings = new Map<string, Listing>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  add(entry: Entry): void {
    this.#entries.add(entry);
    for (const [key, values] of entry.lists) {
      const listing = this.#listings.get(key) ?? { entries: new Set(), byValue: new Map() };
      this.#listings.set(key, listing);
      listing.entries.add(entry);
      for (const value of values) {
        const entries = listing.byValue.get(value) ?? new Set<Entry>();
        listing.byValue.set(value, entries);
        entries.add(entry);
      }
    }
  }

  remove(entry: Entry): void {
    this.#entries.delete(entry);
    for (const [key, values] of entry.lists) {
      const listing = this.#listings.get(key);
      if (listing === undefined) continue;
      listing.entries.delete(entry);
      for (const value of values) {
        const entries = listing.byValue.get(value);
        entries?.delete(entry);
        if (entries?.size === 0) listing.byValue.delete(value);
      }
      if (listing.entries.size === 0) this.#listings.delete(key);
    }
  }

  /** Those that could intersect with one, by the label that leaves the fewest of them. */
  candidates(subject: Entry): Iterable<Entry> {
    let least: Iterable<Entry> = this.#entries;
    let count = this.#entries.size;
    for (const [key, values] of subject.lists) {
      const listing = this.#listings.get(key);
      // Nobody else says what it may be.
      if (listing === undefined) continue;
      const { entries, byValue } = listing;
      let size = this.#entries.size - entries.size;
      for (const value of values) size += byValue.get(value)?.size ?? 0;
      if (size >= count) continue;
      least = this.#sharing(listing, values);
      count = size;
    }
    return least;
  }

  /** Those that do not list what a label may be, and those that list one of the values; each once, one by one. */
  *#sharing({ entries, byValue }: Listing, values: ReadonlySet<string>): Generator<Entry> {
    if (entries.size < this.#entries.size)
      for (const entry of this.#entries) if (!entries.has(entry)) yield entry;
    const seen = new Set<Entry>();
    for (const value of values) {
      for (const entry of byValue.get(value) ?? []) {
        if (seen.has(entry)) continue;
        seen.add(entry);
        yield entry;
      }
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
