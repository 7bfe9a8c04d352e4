import { z } from 'zod';
import { declaredNodePool } from '../../shared/enforcement/declared-object.ts';
import { isExempt } from '../../shared/enforcement/nodepool.ts';
import { sameJson } from '../../shared/json/same-json.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { apiVersionOf, type ResourceType, resources } from '../../shared/kube/resource.ts';
import { nodeClassKey } from '../../shared/policy/core/surroundings.ts';
import { type NodeClassFacts, nodeClassFacts } from '../../shared/policy/reading/node-class-facts.ts';
import { nodePoolFacts } from '../../shared/policy/reading/read-facts.ts';
import { nodePoolSchema } from '../../shared/views/node-pool.ts';
import type { StoredPool } from './scan-pool.ts';

/** The NodePools and EC2NodeClasses that are stored, as far as a policy looks at them. */
export interface StoredObjects {
  start(): void;
  stop(): Promise<void>;
  /** Resolves when both kinds were listed. @throws KubeError `kube.aborted` when the signal aborts first */
  whenKnown(signal: AbortSignal): Promise<void>;
  pools(): readonly StoredPool[];
  nodeClasses(): ReadonlyMap<string, NodeClassFacts>;
  /** Whether each EC2NodeClass there is was read; never where the API server has no such kind. */
  knowsAllNodeClasses(): boolean;
}

/**
 * Follows both kinds for a term of the leader. NodePools change all the time, their status with every node: told is only
 * what could change a verdict.
 */
export function createStoredObjects(options: {
  readonly client: KubeClient;
  onChange(): void;
  onProblem(kind: 'nodepools' | 'nodeclasses', problem: ListWatchProblem): void;
}): StoredObjects {
  const { client, onChange } = options;
  const pools = createListWatch<StoredPool>({
    client,
    type: resources.nodePools,
    parse: storedPool,
    handlers: {
      onSet: (pool, before) => {
        if (before?.uid !== pool.uid || !sameJson(before.object, pool.object)) onChange();
      },
      onDelete: () => onChange(),
    },
    onProblem: (problem) => options.onProblem('nodepools', problem),
  });
  const classes = createListWatch<NodeClassFacts>({
    client,
    type: resources.ec2NodeClasses,
    parse: (object) => nodeClassFacts(typed(resources.ec2NodeClasses, object)),
    handlers: {
      onSet: (facts, before) => {
        if (!sameJson(facts, before)) onChange();
      },
      onDelete: () => onChange(),
    },
    onProblem: (problem) => options.onProblem('nodeclasses', problem),
  });
  return {
    start() {
      pools.start();
      classes.start();
    },
    async stop() {
      await Promise.all([pools.stop(), classes.stop()]);
    },
    async whenKnown(signal) {
      await Promise.all([pools.whenSynced(signal), classes.whenSynced(signal)]);
    },
    pools: () => pools.list().sort((left, right) => (left.name < right.name ? -1 : 1)),
    nodeClasses: () => new Map(classes.list().map((facts) => [nodeClassKey(facts.kind, facts.name), facts])),
    knowsAllNodeClasses: () => classes.synced,
  };
}

const poolSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.unknown().optional(),
    annotations: z.unknown().optional(),
  }),
  spec: z.unknown().optional(),
});

/** A NodePool as it is judged. @throws ZodError for what is none */
export function storedPool(stored: KubeObject): StoredPool {
  const declared = declaredNodePool(stored);
  const { metadata, spec } = poolSchema.parse(declared);
  const { name, uid, labels, annotations } = metadata;
  const object = typed(resources.nodePools, { metadata: { name, labels, annotations }, spec });
  const view = nodePoolSchema.safeParse(object);
  return { name, uid, object, facts: nodePoolFacts(object), isExempt: view.success && isExempt(view.data) };
}

/** Items of a list come without apiVersion and kind. */
function typed(type: ResourceType, object: object): object {
  return { apiVersion: apiVersionOf(type), kind: type.kind, ...object };
}
