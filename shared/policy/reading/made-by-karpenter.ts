import { NODE_POOL_LABEL } from '../../views/node-pool.ts';
import type { Subject } from '../core/subject.ts';

/**
 * Whether it is a NodeClaim that Karpenter made out of a NodePool: it puts the NodePool's name on each (NewNodeClaimTemplate),
 * and one that a person writes has none. What is wrong with such a claim is wrong in its NodePool, or in the pods.
 */
export function isMadeByKarpenter({ kind, facts }: Pick<Subject, 'kind' | 'facts'>): boolean {
  return kind === 'NodeClaim' && Object.hasOwn(facts.labels, NODE_POOL_LABEL);
}
