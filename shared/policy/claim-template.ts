import { AUTO_MODE_DOMAIN } from '../requirements/labels.ts';
import type { Subject } from './subject.ts';

/** The label by which a NodeClaim belongs to a NodePool. */
const NODEPOOL_LABEL = 'karpenter.sh/nodepool';

/**
 * Whether it is a NodeClaim that Karpenter made for a NodePool. What is wrong with such a one was wrong with the NodePool,
 * and was said there; one that people wrote themselves has nothing else that could be judged.
 */
export function isMadeForNodePool({ kind, facts }: Subject): boolean {
  return kind === 'NodeClaim' && Object.hasOwn(facts.labels, NODEPOOL_LABEL);
}

/** Where a field of a NodeClaim's spec stands: in a NodePool it is in the template. */
export function claimFieldPath({ facts }: Subject, field: string): string {
  return facts.requirementsPath.replace(/requirements$/, field);
}

/** Whether EKS Auto Mode launches its nodes, and not a Karpenter that somebody runs. */
export function isAutoMode({ facts }: Subject): boolean {
  return facts.nodeClassRef?.group === AUTO_MODE_DOMAIN;
}
