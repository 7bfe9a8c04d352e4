import type { KubeClient } from '../../shared/kube/client.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { apiVersionOf, resources } from '../../shared/kube/resource.ts';
import { nodeClassKey } from '../../shared/policy/core/surroundings.ts';
import { type NodeClassFacts, nodeClassFacts } from '../../shared/policy/reading/node-class-facts.ts';

export interface NodeClasses {
  start(): void;
  stop(): Promise<void>;
  /** By `kind/name`; the same map until one of them changes. */
  facts(): ReadonlyMap<string, NodeClassFacts>;
  /** Whether all of them were read. Never on a cluster that has no such kind (EKS Auto Mode). */
  areKnown(): boolean;
}

/** The EC2NodeClasses, as far as rules ask about them. */
export function createNodeClasses(options: {
  readonly client: KubeClient;
  onProblem(kind: ListWatchProblem['kind'], error: unknown): void;
}): NodeClasses {
  const type = resources.ec2NodeClasses;
  let isAbsent = false;
  let facts: ReadonlyMap<string, NodeClassFacts> | undefined;
  const forget = () => {
    facts = undefined;
  };
  const watch = createListWatch({
    client: options.client,
    type,
    // Items of a list may come without their kind.
    parse: (object): NodeClassFacts => ({
      ...nodeClassFacts({ ...object, apiVersion: apiVersionOf(type), kind: type.kind }),
      annotations: {},
    }),
    handlers: { onSet: forget, onDelete: forget },
    onProblem({ kind, error }) {
      const isSo = kind === 'list' && error instanceof KubeError && error.code === 'kube.not-found';
      // Told once: on EKS Auto Mode the kind is never there, and the list fails each 30 s for ever.
      if (!isSo || !isAbsent) options.onProblem(kind, error);
      isAbsent ||= isSo;
    },
  });
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    facts() {
      facts ??= new Map(watch.list().map((one) => [nodeClassKey(one.kind, one.name), one]));
      return facts;
    },
    areKnown: () => watch.synced,
  };
}
