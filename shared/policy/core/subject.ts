import type { CatalogCapacityType } from '../../catalog/catalog.ts';
import {
  allowsCapacityType,
  allowsZone,
  type Matches,
  matchingTypes,
  type NamedZone,
  within,
} from '../../catalog/matches.ts';
import { allows } from '../../requirements/allowed-values.ts';
import { ARCH_KEY, OS_KEY } from '../../requirements/labels.ts';
import { allowedFor, type RequirementMap, requirementMap } from '../../requirements/requirement-map.ts';
import { isSameZone, listedZones } from '../counting/listed-zones.ts';
import { type NodeClassFacts, nodeClassFacts, runsWindows } from '../reading/node-class-facts.ts';
import type { PoolFacts } from '../reading/pool-facts.ts';
import { nodeClaimFacts, nodePoolFacts } from '../reading/read-facts.ts';
import { nodeClassKey, type Surroundings } from './surroundings.ts';

/**
 * So many zones are looked at: no Region has thirty. A list is the object's own, and what is counted for each of its zones
 * looks at all of the others.
 */
export const MOST_ZONES = 64;

export const SUBJECT_KINDS = ['NodePool', 'NodeClaim', 'EC2NodeClass'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** An object under review with all that rules ask about it. What takes time is worked out when it is first asked for. */
export class Subject {
  readonly kind: SubjectKind;
  /** As it was read: YAML or JSON. For what the facts leave out. */
  readonly object: unknown;
  /** Of a NodePool or NodeClaim; of a NodeClass there is nothing in them but name, labels and annotations. */
  readonly facts: PoolFacts;
  readonly around: Surroundings;
  readonly requirements: RequirementMap;
  #matches: Matches | undefined;
  #open: { readonly zones: readonly NamedZone[] | undefined } | undefined;
  readonly #launchable = new Map<string, Matches>();

  constructor(kind: SubjectKind, object: unknown, around: Surroundings) {
    this.kind = kind;
    this.object = object;
    this.around = around;
    this.facts = kind === 'NodeClaim' ? nodeClaimFacts(object) : nodePoolFacts(object);
    this.requirements = requirementMap(this.facts.requirements, this.facts.templateLabels);
  }

  /** The NodeClass that it refers to; `undefined` where that was not read, see `around.knowsAllNodeClasses`. */
  get nodeClass(): NodeClassFacts | undefined {
    if (this.kind === 'EC2NodeClass') return nodeClassFacts(this.object);
    const { nodeClassRef } = this.facts;
    if (nodeClassRef === undefined) return undefined;
    return this.around.nodeClasses.get(nodeClassKey(nodeClassRef.kind, nodeClassRef.name));
  }

  /** The instance types that it allows, in any zone and as any capacity type. */
  get matches(): Matches {
    this.#matches ??= this.matching(this.requirements);
    return this.#matches;
  }

  /** Whether `spot`, `on-demand` or `reserved` may be launched. Nothing said means that all may (Karpenter). */
  allowsCapacityType(capacityType: string): boolean {
    return allowsCapacityType(this.requirements, capacityType);
  }

  /** The types that could be launched as Spot or on demand, in the zones that are open to it. */
  launchable(capacityType: CatalogCapacityType, without?: NamedZone): Matches {
    // Where nothing tells which zones have which types, a zone less makes no difference.
    const lost = this.around.catalog.offerings === undefined ? undefined : without;
    const question = `${capacityType} ${lost?.id ?? ''} ${lost?.name ?? ''}`;
    // A dozen rules ask for the same.
    const known = this.#launchable.get(question);
    if (known !== undefined) return known;
    const found = this.inReach(this.matches, capacityType, lost);
    this.#launchable.set(question, found);
    return found;
  }

  /** Those of some types that could be launched so, in the zones that are open to it. */
  inReach(matches: Matches, capacityType: CatalogCapacityType, without?: NamedZone): Matches {
    const open = this.openZones?.filter((zone) => without === undefined || !isSameZone(zone, without));
    const ids = open?.map((zone) => zone.id).filter((id) => id !== '');
    // A zone without an ID could offer anything.
    const known = open !== undefined && ids?.length === open.length ? { zoneIds: new Set(ids) } : {};
    return within(matches, { capacityType, ...known });
  }

  /**
   * The zones in which it could launch: those of its NodeClass's subnets less what its requirements leave out; else those
   * that its requirements list; else those that are known otherwise, less what is left out. The first of them, where they
   * are more than there can be. `undefined` where nobody knows.
   */
  get openZones(): readonly NamedZone[] | undefined {
    this.#open ??= { zones: this.#zones()?.slice(0, MOST_ZONES) };
    return this.#open.zones;
  }

  #zones(): readonly NamedZone[] | undefined {
    const subnets = this.nodeClass?.zones;
    if (subnets === undefined) {
      const listed = listedZones(this.requirements, this.around.zones);
      if (listed !== undefined || this.around.zones.length < 2) return listed;
    }
    return (subnets ?? this.around.zones).filter((zone) => allowsZone(this.requirements, zone));
  }

  /** The types that it would allow if these were its requirements. */
  matching(requirements: RequirementMap): Matches {
    const all = matchingTypes(this.around.catalog, requirements);
    const os = allowedFor(requirements, OS_KEY);
    const nodeClass = this.nodeClass;
    const windows =
      nodeClass === undefined ? allows(os, 'windows') && !allows(os, 'linux') : runsWindows(nodeClass);
    if (!allows(os, windows ? 'windows' : 'linux')) return { catalog: all.catalog, types: [] };
    if (!windows) return all;
    const amd64 = requirementMap([{ key: ARCH_KEY, operator: 'In', values: ['amd64'] }]);
    const both = new Set(matchingTypes(this.around.catalog, amd64).types);
    return { catalog: all.catalog, types: all.types.filter((type) => both.has(type)) };
  }
}
