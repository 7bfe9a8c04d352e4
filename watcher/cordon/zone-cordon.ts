import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ImpairedSet } from '../../shared/record/impaired-set.ts';
import { type NodeView, toNodeView } from '../../shared/views/node.ts';
import type { TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { type CordonerOptions, createCordoner } from './cordoner.ts';
import { CORDON_FIRST_MS, NudgeGate } from './nudge-gate.ts';
import { slimNodes } from './slim-nodes.ts';

export interface ZoneCordonOptions
  extends Pick<CordonerOptions, 'cordon' | 'exemptPools' | 'set' | 'isReleased' | 'now' | 'onAction'> {
  readonly client: KubeClient;
  /** Told after each look at all Nodes. */
  onCordoned: (counts: Parameters<CordonerOptions['onRound']>[0]['cordoned']) => void;
  /** A Node is new or has changed. */
  onNode(node: NodeView): void;
  /** A set that had to wait for the cordon may be nudged for. */
  onMayNudge(): void;
  onProblem(problem: ListWatchProblem | { readonly error: unknown }): void;
}

export interface ZoneCordon {
  /** The set has changed, or has reached the NodePools. */
  trigger(): void;
  /** Whether NodePools may be nudged for the set now; `onMayNudge` tells when to ask again. */
  mayNudge(set: ImpairedSet): boolean;
  /** The Nodes that exist; `undefined` while they are not known. */
  nodes(): readonly NodeView[] | undefined;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Watches Nodes and keeps those of impaired zones cordoned, for one term of the leader. */
export function createZoneCordon(options: ZoneCordonOptions): ZoneCordon {
  let known = false;
  const gate = new NudgeGate({ limitMs: CORDON_FIRST_MS, onOpen: () => options.onMayNudge() });
  const nodes = createListWatch<NodeView>({
    client: slimNodes(options.client),
    type: resources.nodes,
    parse: toNodeView,
    handlers: {
      onSet(node) {
        options.onNode(node);
        cordoner.trigger();
      },
      onDelete: () => cordoner.trigger(),
      onSync() {
        known = true;
        cordoner.trigger();
      },
    },
    onProblem: (problem) => options.onProblem(problem),
  });
  const { client, cordon, exemptPools, set, isReleased, now, onAction } = options;
  const nodesIfKnown = () => (known ? nodes.list() : undefined);
  const cordoner: TriggeredRounds = createCordoner({
    ...{ client, cordon, exemptPools, set, isReleased, now, onAction },
    nodes: nodesIfKnown,
    onRound({ generation, cordoned }) {
      gate.cordonedFor(generation);
      options.onCordoned(cordoned);
    },
    onProblem: (error) => options.onProblem({ error }),
  });
  return {
    trigger: () => cordoner.trigger(),
    nodes: nodesIfKnown,
    mayNudge: (wanted) => !options.cordon || gate.isOpen(wanted),
    async run(signal) {
      nodes.start();
      await cordoner.run(signal);
      gate.close();
      await nodes.stop();
    },
  };
}
