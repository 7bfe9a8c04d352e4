import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';
import { ZONE_ID_KEY, ZONE_ID_PATTERN, ZONE_NAME_KEY } from '../../shared/zones/zone-keys.ts';
import { type NodeView, toNodeView } from '../cordon/node-view.ts';

/** Names are wanted, not waited for. */
const LOOK_UP_MS = 1000;

/**
 * Zone names from Nodes that carry both labels. The first name that is learned for an ID stays: two Nodes that
 * contradict each other must not make the record change with each look at them.
 */
export class NodeZones {
  readonly #names = new Map<string, string>();

  nameOf(zoneId: string): string | undefined {
    return this.#names.get(zoneId);
  }

  /** Whether that was news. */
  learn({ zoneId, zoneNames: [name, ...others] }: Pick<NodeView, 'zoneId' | 'zoneNames'>): boolean {
    if (zoneId === undefined || name === undefined || others.length > 0) return false;
    if (!ZONE_ID_PATTERN.test(zoneId) || this.#names.has(zoneId)) return false;
    this.#names.set(zoneId, name);
    return true;
  }

  /** Asks for one Node of the zone: replicas that do not lead watch none. @throws KubeError */
  async lookUp(client: Pick<KubeClient, 'list'>, zoneId: string, signal: AbortSignal): Promise<void> {
    if (!ZONE_ID_PATTERN.test(zoneId)) return;
    const labelSelector = `${ZONE_ID_KEY}=${zoneId},${ZONE_NAME_KEY}`;
    const options = { signal, timeoutMs: LOOK_UP_MS };
    const { items } = await client.list(resources.nodes, { labelSelector, limit: 1 }, options);
    for (const item of items) this.learn(toNodeView(item));
  }
}
