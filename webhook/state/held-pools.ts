import { declaredFrom } from '../../shared/enforcement/declared-object.ts';
import { exemptsItsNodes } from '../../shared/enforcement/nodepool.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import type { PoolFacts } from '../../shared/policy/reading/pool-facts.ts';
import { nodePoolFacts } from '../../shared/policy/reading/read-facts.ts';
import { POOLS } from '../../shared/stores/kinds.ts';

/** What the webhook keeps of a stored NodePool: less than a third of what a watcher does, in each replica. */
export interface HeldPool {
  readonly name: string;
  /**
   * Its NodeClaims are exempt from enforcement with it: a NodeClaim names its NodePool and does not carry its annotations. While NodePools have
   * not been read none counts as exempt, which is the cautious side.
   */
  readonly exempt: boolean;
  /** It is being deleted: Karpenter makes no NodeClaim of it any more. */
  readonly isGoing: boolean;
  /** What rules ask of it, as its owner declared it. */
  readonly facts: PoolFacts;
}

export const HELD_POOLS = {
  type: POOLS.type,
  pageSize: POOLS.pageSize,
  // Of a heap of 96 MiB.
  mostBytes: 32 * 1024 * 1024,
  read(object: KubeObject): HeldPool {
    const { name, enforced, manifest } = POOLS.read(object);
    // Annotations may hold the whole manifest once more, and no rule asks for those of another NodePool.
    const facts = { ...nodePoolFacts(declaredFrom(enforced, manifest)), annotations: {} };
    const isGoing = Boolean(enforced.metadata.deletionTimestamp);
    return { name, exempt: exemptsItsNodes(enforced), isGoing, facts };
  },
};
