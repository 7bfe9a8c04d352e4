import { declaredFrom } from '../../enforcement/declared-object.ts';
import { isExempt } from '../../enforcement/nodepool.ts';
import type { PoolView } from '../../views/pool-view.ts';
import type { PoolFacts } from '../reading/pool-facts.ts';
import { nodePoolFacts } from '../reading/read-facts.ts';

/** A stored NodePool as its owner declared it, without its status and what nobody judges. */
export interface StoredPool {
  readonly name: string;
  readonly uid: string;
  readonly object: object;
  readonly facts: PoolFacts;
  /** Nobody keeps it out of impaired zones. */
  readonly isExempt: boolean;
}

/** What a policy judges of a NodePool that is stored. */
export function storedPool({ name, uid, enforced, manifest }: PoolView): StoredPool {
  const declared = declaredFrom(enforced, manifest);
  // Items of a list come without apiVersion and kind.
  const object = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', ...declared };
  return { name, uid, object, facts: nodePoolFacts(object), isExempt: isExempt(enforced) };
}
