import { giveBack } from '../enforcement/give-back.ts';
import { namedZones } from '../enforcement/named-zones.ts';
import type { ZoneConstraints } from '../enforcement/zone-constraints.ts';
import { type NodeView, placeOf } from '../views/node.ts';
import type { ClaimView } from '../views/node-claim.ts';
import type { NodeClassPlaces, ZonePlace } from '../views/node-class.ts';
import type { NodeClassRef } from '../views/node-class-ref.ts';
import { requirementsOf } from '../views/node-pool.ts';
import type { PoolView } from '../views/pool-view.ts';
import { type FoundReach, GatheredPlaces, type ZoneDictionary } from './gathered-places.ts';

/** One kind of object, as far as it was read: a store shows itself like this. */
interface Seen<V> {
  all(): readonly V[];
  /** One whole list was read. */
  readonly known: boolean;
  readonly presence: 'unknown' | 'present' | 'absent' | 'refused';
  /** Names of those that cannot be read as they are now. */
  readonly unjudgeable: readonly string[];
}

/** All that tells where the cluster has, or can get, something. */
export interface ClusterSeen {
  readonly pools: Seen<PoolView>;
  readonly nodeClasses: Seen<NodeClassSeen>;
  readonly nodes: Seen<NodeView>;
  readonly claims: Seen<ClaimView>;
}

interface NodeClassSeen extends Pick<NodeClassPlaces, 'subnets'> {
  readonly name: string;
}

const EC2_NODE_CLASS = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass' };

/**
 * Where the cluster has, or can get, something: in subnets of the EC2NodeClasses that are referred to, in zones that are
 * named, and where Nodes and NodeClaims are. What cannot be told makes it unknown, and never smaller. Pure.
 */
export function reachOfCluster(
  { pools, nodeClasses, nodes, claims }: ClusterSeen,
  names: ZoneDictionary,
): FoundReach {
  const places = new GatheredPlaces(names);
  lookWhetherRead(pools, 'NodePool', places);
  lookWhetherRead(nodes, 'Node', places);
  lookWhetherRead(claims, 'NodeClaim', places);
  const byName = [...pools.all()].sort((left, right) => (left.name < right.name ? -1 : 1));
  const classes = new Classes(nodeClasses, places);
  for (const { name, nodeClass } of byName) classes.referTo(nodeClass, `NodePool ${name}`);
  const pending = claims.all().flatMap((claim) => (claim.pending === undefined ? [] : [claim.pending]));
  for (const { nodeClass } of pending) classes.referTo(nodeClass, 'a NodeClaim');
  for (const pool of byName) named(declaredBy(pool), `NodePool ${pool.name} names it`, places);
  for (const node of nodes.all()) places.add(placeOf(node), 'a Node is there');
  for (const claim of claims.all()) places.add(claim, 'a NodeClaim is there');
  for (const { requirements } of pending) named({ requirements, labels: {} }, 'a NodeClaim names it', places);
  return places.found();
}

function lookWhetherRead(seen: Seen<unknown>, kind: string, places: GatheredPlaces): void {
  const [unread] = [...seen.unjudgeable].sort();
  if (unread !== undefined) places.cannotTell(`${kind} ${unread} cannot be read`);
  if (seen.presence === 'refused') places.cannotTell(`the right to list ${kind}s is missing`);
  else if (!seen.known && seen.presence !== 'absent') places.cannotTellYet(`${kind}s have not been read yet`);
}

/** The subnets of NodeClasses, each looked at once however many refer to it. */
class Classes {
  readonly #classes: Seen<NodeClassSeen>;
  readonly #byName: ReadonlyMap<string, NodeClassSeen>;
  readonly #places: GatheredPlaces;
  readonly #looked = new Set<string>();

  constructor(classes: Seen<NodeClassSeen>, places: GatheredPlaces) {
    this.#classes = classes;
    this.#byName = new Map(classes.all().map((one) => [one.name, one]));
    this.#places = places;
  }

  referTo(ref: NodeClassRef | undefined, who: string): void {
    const key = JSON.stringify([ref?.group, ref?.kind, ref?.name]);
    if (this.#looked.has(key)) return;
    this.#looked.add(key);
    if (ref === undefined) this.#places.cannotTell(`${who} refers to no NodeClass`);
    else if (ref.group === EC2_NODE_CLASS.group && ref.kind === EC2_NODE_CLASS.kind)
      this.#look(ref.name, who);
    else
      this.#places.cannotTell(
        `${who} refers to a ${ref.kind} of ${ref.group}, whose subnets nobody can tell`,
      );
  }

  #look(name: string, who: string): void {
    const { presence, known, unjudgeable } = this.#classes;
    const subnets = this.#byName.get(name)?.subnets;
    if (presence === 'refused') this.#places.cannotTell('the right to list EC2NodeClasses is missing');
    else if (unjudgeable.includes(name)) this.#places.cannotTell(`EC2NodeClass ${name} cannot be read`);
    else if (subnets !== undefined) this.#take(name, subnets, who);
    else if (known || presence === 'absent')
      this.#places.cannotTellYet(`${who} refers to EC2NodeClass ${name}, which does not exist`);
    else this.#places.cannotTellYet('EC2NodeClasses have not been read yet');
  }

  #take(name: string, subnets: readonly ZonePlace[], who: string): void {
    if (subnets.length === 0)
      this.#places.cannotTellYet(
        `EC2NodeClass ${name} has no subnets in its status, and ${who} refers to it`,
      );
    for (const subnet of subnets) {
      if (!this.#places.add(subnet, `EC2NodeClass ${name} has a subnet there`))
        this.#places.cannotTell(`EC2NodeClass ${name} has a subnet without a zone`);
    }
  }
}

/** As its owner means it: what we took out of a NodePool is named all the same. */
function declaredBy({ enforced }: PoolView): ZoneConstraints {
  const back = giveBack(enforced, 'all');
  const requirements = back.kind === 'marked' ? back.declared : requirementsOf(enforced);
  return { requirements, labels: enforced.spec.template.metadata?.labels ?? {} };
}

function named(constraints: ZoneConstraints, by: string, places: GatheredPlaces): void {
  const { ids, names } = namedZones(constraints);
  for (const zoneId of ids) places.add({ zoneId, zoneName: undefined }, by);
  for (const zoneName of names) places.add({ zoneId: undefined, zoneName }, by);
}
