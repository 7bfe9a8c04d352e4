import { AUTO_MODE_DOMAIN } from '../../requirements/labels.ts';
import type { Subject } from '../core/subject.ts';

/** Where a field of a NodeClaim's spec stands: in a NodePool it is in the template. */
export function claimFieldPath({ facts }: Subject, field: string): string {
  return facts.requirementsPath.replace(/requirements$/, field);
}

/** Whether EKS Auto Mode launches its nodes, and not a Karpenter that somebody runs. */
export function isAutoMode({ facts }: Subject): boolean {
  return facts.nodeClassRef?.group === AUTO_MODE_DOMAIN;
}
