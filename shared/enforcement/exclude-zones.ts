import type { OrderedZone } from '../record/orders.ts';
import { canonicalKey, type ZoneDimension, zoneDimensionOf } from '../record/zone-keys.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { WholeChange } from './changed-requirement.ts';
import { boundedValues, constraintsOn, openAmong, type ZoneConstraints } from './zone-constraints.ts';

export interface Exclusion {
  /** The requirements with no impaired zone left in them. Same array as given when nothing had to change. */
  readonly requirements: readonly Requirement[];
  /** The zones that the object was open to, in the order given: what the change was made for. */
  readonly excluded: readonly OrderedZone[];
  readonly changed: readonly WholeChange[];
  /** Entries appended at the end. */
  readonly added: readonly Requirement[];
  /** Zones that could not be excluded because the list of requirements is full. */
  readonly noRoomFor: readonly OrderedZone[];
}

/** CRD: `requirements` has maxItems 100, in NodePools and in NodeClaims. */
export const MAX_REQUIREMENTS = 100;

/**
 * Takes zones out of a list of requirements with the smallest change that the CRD's rules accept:
 * a single `In` list with a value left is pruned in place (order kept, `minValues` lowered to what is left);
 * otherwise one `NotIn` is appended. `In` is never emptied, because the CRD refuses an `In` without values. A zone that
 * is excluded by its ID is refused by its name as well.
 */
export function excludeZones(constraints: ZoneConstraints, zones: readonly OrderedZone[]): Exclusion {
  const excluded = openAmong(constraints, zones);
  const draft = new Draft(constraints);
  const speaksIdsAlone = excluded.length > 0 && speaksIds(constraints);
  const byIdAlone = excluded.filter(({ name }) => name === undefined || speaksIdsAlone);
  const byName = excluded.filter(({ name }) => name !== undefined && !speaksIdsAlone);
  if (byName.length > 0) draft.exclude('name', byName);
  if (byIdAlone.length > 0) draft.exclude('id', byIdAlone);
  draft.refuseByNameToo(byIdAlone.flatMap(({ name }) => name ?? []));
  return draft.result(excluded);
}

/**
 * Whether an object speaks zone IDs and nothing else: then zones are left out by ID, as are those whose name is unknown,
 * and by name otherwise.
 */
function speaksIds(constraints: ZoneConstraints): boolean {
  return constraintsOn(constraints, 'name').length === 0 && constraintsOn(constraints, 'id').length > 0;
}

class Draft {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #declared: readonly Requirement[];
  #entries: Requirement[];
  #added: Requirement[] = [];
  #noRoomFor: OrderedZone[] = [];

  constructor(constraints: ZoneConstraints) {
    this.#labels = constraints.labels;
    this.#declared = constraints.requirements;
    this.#entries = [...constraints.requirements];
  }

  exclude(dimension: ZoneDimension, zones: readonly OrderedZone[]): void {
    const values = zones.map((zone) => (dimension === 'name' ? (zone.name ?? zone.id) : zone.id));
    if (!this.#prune(dimension, values) && !this.#refuse(dimension, values)) this.#noRoomFor.push(...zones);
    this.#lowerMinValues(dimension);
  }

  /**
   * A list of IDs alone leaves the zone's name among Karpenter's domains for topology spread (buildDomainGroups,
   * provisioning/scheduling/topology.go): an unreachable domain of no pods, which kept 9 of 12 pods of another NodePool
   * pending (seen on 1.14.1). Where there is no room for it, the zone is kept out all the same.
   */
  refuseByNameToo(names: readonly string[]): void {
    if (names.length > 0 && this.#hasRoom())
      this.#added.push({ key: canonicalKey('name'), operator: 'NotIn', values: [...names].sort() });
  }

  /** Only where one list alone speaks: with two, neither is the one that people read. */
  #prune(dimension: ZoneDimension, values: readonly string[]): boolean {
    const lists = this.#indexesOf(dimension, 'In');
    const [index] = lists;
    if (index === undefined || lists.length > 1) return false;
    const entry = this.#entries[index];
    const away = new Set(values);
    const left = entry?.values?.filter((value) => !away.has(value)) ?? [];
    if (entry === undefined || left.length === 0) return false;
    this.#entries[index] = { ...entry, values: left };
    return true;
  }

  #refuse(dimension: ZoneDimension, values: readonly string[]): boolean {
    const sorted = [...values].sort();
    if (this.#hasRoom()) {
      this.#added.push({ key: canonicalKey(dimension), operator: 'NotIn', values: sorted });
      return true;
    }
    return this.#widenNotIn(dimension, sorted) || this.#replaceExists(dimension, sorted);
  }

  #hasRoom(): boolean {
    return this.#entries.length + this.#added.length < MAX_REQUIREMENTS;
  }

  /** No room for an entry more: an existing `NotIn` on the same key takes the values in. */
  #widenNotIn(dimension: ZoneDimension, values: readonly string[]): boolean {
    const [index] = this.#indexesOf(dimension, 'NotIn');
    const entry = index === undefined ? undefined : this.#entries[index];
    if (index === undefined || entry === undefined) return false;
    this.#entries[index] = { ...entry, values: [...(entry.values ?? []), ...values] };
    return true;
  }

  /** Or an `Exists` gives way: every node has a zone, so that `NotIn` says as much and more. */
  #replaceExists(dimension: ZoneDimension, values: readonly string[]): boolean {
    const [index] = this.#indexesOf(dimension, 'Exists');
    const entry = index === undefined ? undefined : this.#entries[index];
    if (index === undefined || entry === undefined) return false;
    this.#entries[index] = { key: entry.key, operator: 'NotIn', values };
    return true;
  }

  /**
   * The CRD wants at least `minValues` values in an `In`. That holds for the list as stored and, when lists are
   * intersected, for the single `In` of each NodeClaim that Karpenter generates from them: with a higher number
   * every such claim would be refused, under Strict and BestEffort alike.
   */
  #lowerMinValues(dimension: ZoneDimension): void {
    const bound = this.#indexesOf(dimension, 'In').filter(
      (index) => this.#entries[index]?.minValues !== undefined,
    );
    // What is left is worked out for those who ask for a number of it: few do.
    if (bound.length === 0) return;
    const requirements = [...this.#entries, ...this.#added];
    const left = boundedValues({ requirements, labels: this.#labels }, dimension)?.length;
    for (const index of bound) {
      const entry = this.#entries[index];
      if (entry?.minValues === undefined) continue;
      const most = left === undefined || left === 0 ? (entry.values?.length ?? 0) : left;
      if (entry.minValues > most) this.#entries[index] = { ...entry, minValues: most };
    }
  }

  #indexesOf(dimension: ZoneDimension, operator: string): number[] {
    return this.#entries.flatMap((entry, index) =>
      entry.operator === operator && zoneDimensionOf(entry.key) === dimension ? [index] : [],
    );
  }

  result(excluded: readonly OrderedZone[]): Exclusion {
    const changed = this.#declared.flatMap((declared, index) => {
      const stored = this.#entries[index];
      return stored === undefined || stored === declared ? [] : [{ at: index, declared, stored }];
    });
    const untouched = changed.length === 0 && this.#added.length === 0;
    return {
      requirements: untouched ? this.#declared : [...this.#entries, ...this.#added],
      excluded,
      changed,
      added: this.#added,
      noRoomFor: this.#noRoomFor,
    };
  }
}
