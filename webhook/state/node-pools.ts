import { z } from 'zod';
import { declaredNodePool } from '../../shared/enforcement/declared-object.ts';
import { EXEMPT_ANNOTATION } from '../../shared/enforcement/nodepool.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { PoolFacts } from '../../shared/policy/reading/pool-facts.ts';
import { nodePoolFacts } from '../../shared/policy/reading/read-facts.ts';

export interface NodePools {
  start(): void;
  stop(): Promise<void>;
  /** The names of the NodePools that are exempt from enforcement now. */
  exempt(): ReadonlySet<string>;
  /** What rules ask of them, as their owners declared them; the same list until one of them changes. */
  facts(): readonly PoolFacts[];
}

const annotationsSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
});

interface HeldPool {
  readonly name: string;
  readonly exempt: boolean;
  readonly facts: PoolFacts;
}

/**
 * What is stored as NodePools. Which of them are exempt from enforcement: a NodeClaim names its NodePool and does not
 * carry its annotations; while they have not been read none counts as exempt, which is the cautious side. And what the
 * policy compares a NodePool with.
 */
export function createNodePools(options: {
  readonly client: KubeClient;
  onProblem(kind: ListWatchProblem['kind'], error: unknown): void;
}): NodePools {
  const exempt = new Set<string>();
  let facts: readonly PoolFacts[] | undefined;
  const watch = createListWatch({
    client: options.client,
    type: resources.nodePools,
    parse: (object): HeldPool => {
      const { annotations } = annotationsSchema.parse(object).metadata;
      return {
        name: object.metadata.name ?? '',
        exempt: annotations?.[EXEMPT_ANNOTATION] === 'off',
        // Annotations may hold the whole manifest once more, and no rule asks for those of another NodePool.
        facts: { ...nodePoolFacts(declaredNodePool(object)), annotations: {} },
      };
    },
    handlers: {
      onSet(pool) {
        facts = undefined;
        if (pool.exempt) exempt.add(pool.name);
        else exempt.delete(pool.name);
      },
      onDelete(pool) {
        facts = undefined;
        exempt.delete(pool.name);
      },
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
  });
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    exempt: () => exempt,
    facts() {
      facts ??= watch.list().map((pool) => pool.facts);
      return facts;
    },
  };
}
