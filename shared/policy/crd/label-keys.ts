import { nearestWord } from '../../documents/nearest-word.ts';
import { AWS_DOMAIN } from '../../requirements/labels.ts';
import type { Problem } from '../core/rule.ts';
import type { ValueRule } from './field.ts';

const KARPENTER_DOMAIN = 'karpenter.sh';
const NODE_POOL_KEY = 'karpenter.sh/nodepool';
const HOSTNAME_KEY = 'kubernetes.io/hostname';

/** Keys below restricted domains that may be used all the same. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  [KARPENTER_DOMAIN]: ['karpenter.sh/capacity-type', NODE_POOL_KEY],
  [AWS_DOMAIN]: [
    'instance-tenancy',
    'capacity-reservation-type',
    'capacity-reservation-id',
    'capacity-reservation-interruptible',
    'ec2nodeclass',
    'instance-encryption-in-transit-supported',
    'instance-category',
    'instance-hypervisor',
    'instance-family',
    'instance-generation',
    'instance-local-nvme',
    'instance-size',
    'instance-cpu',
    'instance-cpu-manufacturer',
    'instance-cpu-sustained-clock-speed-mhz',
    'instance-memory',
    'instance-ebs-bandwidth',
    'instance-network-bandwidth',
    'instance-gpu-name',
    'instance-gpu-manufacturer',
    'instance-gpu-count',
    'instance-gpu-memory',
    'instance-accelerator-name',
    'instance-accelerator-manufacturer',
    'instance-accelerator-count',
    'instance-capability-flex',
    'placement-group-id',
    'placement-group-partition',
  ].map((name) => `${AWS_DOMAIN}/${name}`),
};

/** The label keys that a NodePool may use below the domains of Karpenter, by domain (x-kubernetes-validations). */
export const KNOWN_LABEL_KEYS = KNOWN;

/** The key of a NodePool's requirement. */
export const poolKeyRule: ValueRule = (key, path) => (typeof key === 'string' ? ofPool(key, path) : []);

/** The key of a NodeClaim's requirement: Karpenter itself writes the NodePool there. */
export const claimKeyRule: ValueRule = (key, path) =>
  typeof key === 'string' && key !== NODE_POOL_KEY ? ofPool(key, path) : [];

/** All keys of a NodePool's template labels. */
export const templateLabelsRule: ValueRule = (labels, path) =>
  typeof labels === 'object' && labels !== null
    ? Object.keys(labels).flatMap((key) => ofPool(key, path))
    : [];

function ofPool(key: string, path: string): Problem[] {
  if (key === NODE_POOL_KEY || key === HOSTNAME_KEY) {
    return [
      { message: `The label ${key} is set for each node and can't be asked for`, fix: 'Remove it', path },
    ];
  }
  return Object.entries(KNOWN).flatMap(([domain, known]) => {
    // `find("^([^/]+)").endsWith(domain)`: other domains with the same end are restricted too.
    if (known.includes(key) || !key.split('/')[0]?.endsWith(domain)) return [];
    const near = nearestWord(key, known);
    return [
      {
        message: `The label ${key} is unknown, and the domain ${domain} is kept for labels that Karpenter knows`,
        fix: near === undefined ? 'Use a domain of your own' : `Write ${near}`,
        path,
      },
    ];
  });
}
