import { isOpenTo } from '../enforcement/zone-constraints.ts';
import type { OrderedZone } from '../record/orders.ts';
import type { NodeView } from '../views/node.ts';
import { type ClaimView, isClaimIn } from '../views/node-claim.ts';
import { isNodeIn } from './node-zone.ts';
import { isHeld } from './plan-hold.ts';

/** A NodePool as far as it is about its freeze; of those alone whose Nodes are held one by one. */
export interface HeldPool {
  readonly name: string;
  /** Its Nodes are to leave an impaired zone. */
  readonly isEvacuated: boolean;
  /** What is stored is what the set asks for, so that it makes no NodeClaim for the zone any more. */
  readonly isReached: boolean;
}

export interface ThawScene {
  readonly pools: readonly HeldPool[];
  readonly nodes: readonly NodeView[];
  readonly claims: readonly ClaimView[];
}

/**
 * Why a NodePool is frozen still. `not-reached`: it is not what the set asks for yet. `nodes`: one of its Nodes in the zone
 * is not held. `claims`: a NodeClaim that may land in the zone, or has, has no Node yet that could be held.
 */
export type WhyFrozen = 'not-reached' | 'nodes' | 'claims';

/**
 * For each NodePool why it has to be frozen for a zone, and `undefined` for one that need not be. Pure.
 *
 * `not-reached` is for those alone that are not thawed yet: a NodePool that waits for another zone to come back holds its
 * Nodes here as before.
 */
export function whyFrozen(
  zone: OrderedZone,
  { pools, nodes, claims }: ThawScene,
  isThawed: (nodePool: string) => boolean,
): Map<string, WhyFrozen | undefined> {
  const present = new Set(nodes.map(({ name }) => name));
  const withClaims = new Set(claims.filter((claim) => isOnItsWay(claim, zone, present)).map(poolOf));
  const inZone = nodes.filter((node) => !node.deleting && isNodeIn(node, zone));
  const withNodes = new Set(inZone.filter((node) => !isHeld(node, false)).map(poolOf));
  const withOpenNodes = new Set(inZone.filter((node) => !isHeld(node, true)).map(poolOf));
  const why = ({ name, isEvacuated, isReached }: HeldPool): WhyFrozen | undefined => {
    if ((isEvacuated ? withOpenNodes : withNodes).has(name)) return 'nodes';
    if (withClaims.has(name)) return 'claims';
    return isReached || isThawed(name) ? undefined : 'not-reached';
  };
  return new Map(pools.map((pool) => [pool.name, why(pool)]));
}

const poolOf = ({ nodePool }: { readonly nodePool: string | undefined }) => nodePool;

/** Whether a claim has landed in the zone, or may, and has no Node yet that could be held. */
function isOnItsWay(claim: ClaimView, zone: OrderedZone, nodes: ReadonlySet<string>): boolean {
  const hasNode = claim.node !== undefined && nodes.has(claim.node);
  return !hasNode && !claim.deleting && mayBeIn(claim, zone);
}

function mayBeIn(claim: ClaimView, zone: OrderedZone): boolean {
  if (claim.zoneName !== undefined || claim.zoneId !== undefined) return isClaimIn(claim, zone);
  return isOpenTo({ requirements: claim.pending?.requirements ?? [], labels: {} }, zone);
}
