import type { OrderedZone, Orders } from '../record/orders.ts';
import type { NodeView } from '../views/node.ts';
import { isNodeIn } from './node-zone.ts';

/**
 * `cordon`: set `spec.unschedulable` and our mark. `uncordon`: take both back. `forget`: take the mark alone, because
 * the Node is as somebody else left it: uncordoned since, or cordoned by them.
 */
export type CordonAction =
  | { readonly kind: 'cordon'; readonly node: NodeView; readonly zone: OrderedZone }
  | { readonly kind: 'uncordon' | 'forget'; readonly node: NodeView; readonly zoneId: string };

export interface CordonSettings {
  /** False: nothing is cordoned; marks that are there are taken back all the same. */
  readonly cordon: boolean;
  /** Whether this very set has reached the NodePools: only then a zone that it has no more is given back. */
  readonly released: boolean;
  /**
   * NodePools that are exempt. Karpenter goes on launching their nodes in the zone, and for pods that find each new
   * node cordoned it launches another: 330 nodes in two minutes for 100 pods (seen on 1.14.1).
   */
  readonly exemptPools: ReadonlySet<string>;
  /** Names of Nodes with our mark that were opened by the end of another shift, and by nobody who wants them open. */
  readonly reopened?: ReadonlySet<string>;
}

/**
 * What has to be done to Nodes for a set. Pure, and level-triggered: everything it goes by is in the Nodes and in the
 * set. After its actions it plans none.
 */
export function planCordon(
  nodes: readonly NodeView[],
  set: Orders,
  settings: CordonSettings,
): CordonAction[] {
  return nodes.flatMap((node) => planFor(node, set, settings) ?? []);
}

function planFor(node: NodeView, set: Orders, settings: CordonSettings): CordonAction | undefined {
  if (node.deleting) return undefined;
  const exempt = node.nodePool !== undefined && settings.exemptPools.has(node.nodePool);
  const zone = exempt ? undefined : set.zones.find((candidate) => isNodeIn(node, candidate));
  if (node.mark === undefined) {
    const wanted = settings.cordon && zone?.state === 'impaired' && !node.unschedulable;
    return wanted ? { kind: 'cordon', node, zone } : undefined;
  }
  if (
    settings.cordon &&
    zone?.state === 'impaired' &&
    !node.unschedulable &&
    settings.reopened?.has(node.name)
  )
    return { kind: 'cordon', node, zone };
  // With our mark: as it is until the zone is gone. One that is not cordoned any more was uncordoned by a person.
  const stands = zone !== undefined || set.zones.some(({ id }) => id === node.mark);
  if (!exempt && (stands || !settings.released)) return undefined;
  const ours = node.unschedulable && !node.cordonedByOthers;
  return { kind: ours ? 'uncordon' : 'forget', node, zoneId: node.mark };
}
