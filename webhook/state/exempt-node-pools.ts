import { z } from 'zod';
import { EXEMPT_ANNOTATION } from '../../shared/enforcement/nodepool.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';

export interface ExemptNodePools {
  start(): void;
  stop(): Promise<void>;
  /** The names of the NodePools that are exempt now. */
  names(): ReadonlySet<string>;
}

const annotationsSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
});

/**
 * Which NodePools are exempt from enforcement: a NodeClaim names its NodePool and does not carry its annotations.
 * While they have not been read none counts as exempt, which is the cautious side.
 */
export function createExemptNodePools(options: {
  readonly client: KubeClient;
  onProblem(kind: ListWatchProblem['kind'], error: unknown): void;
}): ExemptNodePools {
  const exempt = new Set<string>();
  const watch = createListWatch({
    client: options.client,
    type: resources.nodePools,
    parse: (object) => {
      const { annotations } = annotationsSchema.parse(object).metadata;
      return { name: object.metadata.name ?? '', exempt: annotations?.[EXEMPT_ANNOTATION] === 'off' };
    },
    handlers: {
      onSet(pool) {
        if (pool.exempt) exempt.add(pool.name);
        else exempt.delete(pool.name);
      },
      onDelete(pool) {
        exempt.delete(pool.name);
      },
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
  });
  return { start: () => watch.start(), stop: () => watch.stop(), names: () => exempt };
}
