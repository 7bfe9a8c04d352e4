import { AUTO_MODE_DOMAIN, AWS_DOMAIN } from '../../requirements/labels.ts';
import type { Subject } from '../core/subject.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

/**
 * Whether a rule that counts instance types has anything to count: of EC2's types, the catalogue knows all, and none of
 * another provider's (kwok, SageMaker HyperPod, other clouds), whose NodeClasses are of other groups. What Karpenter made
 * is counted in its NodePool.
 */
export function isCounted(subject: Subject): boolean {
  const [group = ''] = (subject.facts.nodeClassRef?.group ?? AWS_DOMAIN).split('/');
  return [AWS_DOMAIN, AUTO_MODE_DOMAIN, ''].includes(group) && !isMadeByKarpenter(subject);
}
