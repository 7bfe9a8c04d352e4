import { z } from 'zod';
import { NODE_POOL_LABEL } from '../../views/node-pool.ts';
import type { Subject } from '../core/subject.ts';
import type { Surroundings } from '../core/surroundings.ts';
import type { PoolFacts } from './pool-facts.ts';

const ownersSchema = z.object({
  metadata: z.object({ ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })) }),
});

interface Made extends Pick<Subject, 'kind' | 'object'> {
  readonly facts: Pick<PoolFacts, 'labels'>;
  readonly around: Pick<Surroundings, 'nodePoolNames'>;
}

/**
 * Whether it is a NodeClaim that Karpenter made out of a NodePool: it puts the NodePool's name on each, makes the NodePool
 * its owner (NodeClaimTemplate.ToNodeClaim), and one that a person writes has none. What is wrong with such a claim is
 * wrong in its NodePool, or in the pods.
 *
 * The label alone is anybody's to write, so that the NodePool has to be there. A NodePool that was made a moment ago may
 * not have been heard of yet: then the owner counts, because what names an owner that is not there is deleted as garbage.
 */
export function isMadeByKarpenter({ kind, object, facts: { labels }, around }: Made): boolean {
  const nodePool = Object.hasOwn(labels, NODE_POOL_LABEL) ? labels[NODE_POOL_LABEL] : undefined;
  if (kind !== 'NodeClaim' || nodePool === undefined) return false;
  if (around.nodePoolNames?.has(nodePool) !== false) return true;
  const owners = ownersSchema.safeParse(object).data?.metadata.ownerReferences ?? [];
  return owners.some(({ kind: owner, name }) => owner === 'NodePool' && name === nodePool);
}
