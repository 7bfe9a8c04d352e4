import { nearestWord } from '../../documents/nearest-word.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../record/zone-keys.ts';
import {
  ARCH_KEY,
  AUTO_MODE_DOMAIN,
  AWS_DOMAIN,
  CAPACITY_TYPE_KEY,
  canonicalLabel,
  INSTANCE_KEYS,
  OS_KEY,
  REGION_KEY,
  TENANCY_KEY,
  WINDOWS_BUILD_KEY,
} from '../../requirements/labels.ts';

/** Labels whose names are so plain that others use them in domains of their own. */
const PLAIN_KEYS = [ZONE_NAME_KEY, REGION_KEY, ARCH_KEY, OS_KEY];
/** The domains in which a plain name can only be a slip. */
const PLAIN_DOMAINS = [
  'kubernetes.io',
  'node.kubernetes.io',
  'topology.kubernetes.io',
  'topology.k8s.aws',
  AWS_DOMAIN,
];
const NAMED_KEYS = [...INSTANCE_KEYS, TENANCY_KEY, CAPACITY_TYPE_KEY, ZONE_ID_KEY, WINDOWS_BUILD_KEY].filter(
  (key) => !PLAIN_KEYS.includes(key),
);
/** Labels that Karpenter or its AWS provider know besides (pkg/apis/v1/labels.go of both, v1.14.1). */
const OTHER_KEYS = [
  'karpenter.sh/nodepool',
  'kubernetes.io/hostname',
  ...[
    'ec2nodeclass',
    'capacity-reservation-id',
    'capacity-reservation-type',
    'capacity-reservation-interruptible',
    'placement-group-id',
    'placement-group-partition',
  ].map((name) => `${AWS_DOMAIN}/${name}`),
];
const KNOWN: ReadonlySet<string> = new Set([...NAMED_KEYS, ...PLAIN_KEYS, ...OTHER_KEYS]);

/** Domains of Kubernetes, Karpenter and AWS: nobody else makes labels in them. */
const THEIR_DOMAINS = [
  'kubernetes.io',
  'k8s.io',
  'k8s.aws',
  'karpenter.sh',
  'amazonaws.com',
  'aws.amazon.com',
];

/** What somebody may have meant who wrote a label that narrows nothing. */
export interface MistakenLabel {
  /** `domain`: a label of the other kind of NodeClass; `unknown`: of none. */
  readonly kind: 'domain' | 'unknown';
  readonly meant: string;
}

/**
 * Whether a label that NodePools of this kind of NodeClass do not know is close to one that they do; `undefined` for
 * those that are known, and for custom labels.
 *
 * @param group of the NodeClass: `karpenter.k8s.aws`, or `eks.amazonaws.com` for EKS Auto Mode
 */
export function mistakenLabel(key: string, group: string): MistakenLabel | undefined {
  const [domain = '', name] = key.split('/');
  if (name === undefined) return undefined;
  const ours = (known: string) =>
    group === AUTO_MODE_DOMAIN ? known.replace(`${AWS_DOMAIN}/`, `${AUTO_MODE_DOMAIN}/`) : known;
  if (KNOWN.has(canonicalLabel(key))) {
    const isOfOther = domain === (group === AUTO_MODE_DOMAIN ? AWS_DOMAIN : AUTO_MODE_DOMAIN);
    return isOfOther ? { kind: 'domain', meant: ours(canonicalLabel(key)) } : undefined;
  }
  if (!THEIR_DOMAINS.some((their) => domain === their || domain.endsWith(`.${their}`))) return undefined;
  const meant = keyWithName(
    name,
    PLAIN_DOMAINS.includes(domain) ? [...NAMED_KEYS, ...PLAIN_KEYS] : NAMED_KEYS,
  );
  return meant === undefined ? undefined : { kind: 'unknown', meant: ours(meant) };
}

/** The known key with this name, or whose name goes on where it ends (`instance-gpu`), or is a slip away. */
function keyWithName(name: string, keys: readonly string[]): string | undefined {
  const named = (key: string) => key.slice(key.indexOf('/') + 1);
  const same = keys.find((key) => named(key) === name);
  if (same !== undefined) return same;
  const begun = name.startsWith('instance-') ? `${name}-` : undefined;
  const longer = begun === undefined ? undefined : keys.find((key) => named(key).startsWith(begun));
  if (longer !== undefined) return longer;
  const near = nearestWord(name, keys.map(named));
  return near === undefined ? undefined : keys.find((key) => named(key) === near);
}
