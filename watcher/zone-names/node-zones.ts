import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';
import { ZONE_ID_KEY, ZONE_ID_PATTERN, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { type NodeView, readNode } from '../../shared/views/node.ts';
import type { BelievedNames } from './believed-names.ts';

/** Names are wanted, not waited for. */
export const LOOK_UP_MS = 1000;

/**
 * Learns what a Node that carries both labels says.
 * @returns whether what is believed has changed
 */
export function learnFromNode(
  names: Pick<BelievedNames, 'learn' | 'contradictsItself'>,
  { name: node, zoneId, zoneNames }: Pick<NodeView, 'name' | 'zoneId' | 'zoneNames'>,
): boolean {
  const [name, ...others] = zoneNames;
  if (zoneId === undefined || name === undefined) return false;
  if (others.length === 0) return names.learn('Nodes', `Node ${node}`, zoneId, name);
  names.contradictsItself(`Node ${node}`, zoneId, zoneNames);
  return false;
}

/**
 * Asks for one Node of the zone: replicas that do not lead watch none.
 * @throws KubeError
 */
export async function nodesOfZone(
  client: Pick<KubeClient, 'list'>,
  zoneId: string,
  signal: AbortSignal,
): Promise<readonly NodeView[]> {
  if (!ZONE_ID_PATTERN.test(zoneId)) return [];
  const labelSelector = `${ZONE_ID_KEY}=${zoneId},${ZONE_NAME_KEY}`;
  const options = { signal, timeoutMs: LOOK_UP_MS };
  const { items } = await client.list(resources.nodes, { labelSelector, limit: 1 }, options);
  return items.map(readNode);
}
