import type { OrderedZone } from '../record/orders.ts';
import type { NodeView } from '../views/node.ts';

/** Whether a Node runs in a zone, by what its labels call it. */
export function isNodeIn(
  node: Pick<NodeView, 'zoneId' | 'zoneNames'>,
  zone: Pick<OrderedZone, 'id' | 'name'>,
): boolean {
  return node.zoneId === zone.id || (zone.name !== undefined && node.zoneNames.includes(zone.name));
}
