import type { KubeClient } from '../../shared/kube/client.ts';
import type { ListWatchProblem } from '../../shared/kube/list-watch.ts';
import type { NodeView } from '../cordon/node-view.ts';
import { createNodeClassZones } from './node-class-zones.ts';
import { NodeZones } from './node-zones.ts';

/** Which zone name a zone ID has in this account. */
export interface ZoneNames {
  start(): void;
  stop(): Promise<void>;
  nameOf(zoneId: string): string | undefined;
  /** Resolves when the EC2NodeClasses were read, or when the signal aborts: names are wanted, not waited for. */
  known(signal: AbortSignal): Promise<void>;
  /** A Node was seen. */
  learn(node: NodeView): void;
  /** Asks Nodes for the names that are not known yet; a second each at most, and never throws. */
  lookUp(zoneIds: readonly string[], signal: AbortSignal): Promise<void>;
}

/**
 * Names from EC2NodeClasses, which is what Karpenter itself goes by, and where they say nothing (EKS Auto Mode has none)
 * from Nodes. A mapping once learned is kept: zone IDs and names of an account do not change.
 */
export function createZoneNames(options: {
  readonly client: KubeClient;
  onLearned(from: 'EC2NodeClasses' | 'Nodes'): void;
  onProblem(kind: ListWatchProblem['kind'] | 'look-up', error: unknown): void;
}): ZoneNames {
  const nodes = new NodeZones();
  const nodeClasses = createNodeClassZones({
    client: options.client,
    onChange: () => options.onLearned('EC2NodeClasses'),
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
  });
  const nameOf = (zoneId: string) => nodeClasses.nameOf(zoneId) ?? nodes.nameOf(zoneId);
  return {
    start: () => nodeClasses.start(),
    stop: () => nodeClasses.stop(),
    known: (signal) => nodeClasses.known(signal),
    nameOf,
    learn(node) {
      if (nodes.learn(node)) options.onLearned('Nodes');
    },
    async lookUp(zoneIds, signal) {
      const unknown = [...new Set(zoneIds)].filter((id) => nameOf(id) === undefined);
      try {
        for (const id of unknown) await nodes.lookUp(options.client, id, signal);
      } catch (error) {
        if (!signal.aborted) options.onProblem('look-up', error);
      }
    },
  };
}
