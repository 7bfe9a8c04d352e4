import { type OrderedZone, type Orders, sourcesInWords } from '../record/orders.ts';
import type { NodePoolView } from '../views/node-pool.ts';
import { enforceNodePool, type NodePoolDecision } from './nodepool.ts';
import type { EnforcementScene } from './settings.ts';

/** So many NodePools are named. */
const MOST_NAMED = 20;

/** What a zone that is only recorded would change if it were impaired. docs/audit-only.md shows it as a log line. */
export interface ShadowOfZone {
  readonly zoneId: string;
  readonly zone: string | undefined;
  /** Why it is recorded, in words. */
  readonly sources: readonly string[];
  readonly nodePools: number;
  /** NodePools that would be kept out of it, and the first of their names. */
  readonly changed: number;
  readonly names: readonly string[];
  /** Those of them that no zone would be left to. */
  readonly withoutZone: readonly string[];
  /** NodePools from which it could not be taken, because their list is full. */
  readonly noRoom: readonly string[];
}

/** What would be decided about one NodePool. */
export type ShadowDecision = NodePoolDecision & { readonly name: string };

/**
 * What would be decided about one NodePool if the zones counted that are only recorded.
 *
 * @param shadow the set that would be in force then
 */
export function decisionInShadow(
  { name, enforced }: { readonly name: string; readonly enforced: NodePoolView },
  shadow: Orders,
  settings: EnforcementScene,
): ShadowDecision {
  return { name, ...enforceNodePool(enforced, enforced, shadow, settings) };
}

/** What zones would change that are in a shadow set only because it is one, by what would be decided in it. Pure. */
export function shadowsOf(
  zones: readonly OrderedZone[],
  decisions: readonly ShadowDecision[],
): ShadowOfZone[] {
  const sorted = decisions.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return zones.map((zone) => shadowOf(zone, sorted));
}

function shadowOf(zone: OrderedZone, decisions: readonly ShadowDecision[]): ShadowOfZone {
  const has = (zones: readonly OrderedZone[]) => zones.some(({ id }) => id === zone.id);
  const changed = decisions.filter(({ excluded }) => has(excluded));
  const named = (some: readonly ShadowDecision[]) => some.slice(0, MOST_NAMED).map(({ name }) => name);
  return {
    zoneId: zone.id,
    zone: zone.name,
    sources: sourcesInWords(zone),
    nodePools: decisions.length,
    changed: changed.length,
    names: named(changed),
    withoutZone: named(changed.filter(({ nothingLeft }) => nothingLeft)),
    noRoom: named(decisions.filter(({ noRoomFor }) => has(noRoomFor))),
  };
}
