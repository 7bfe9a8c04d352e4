/**
 * The label keys under which a zone can be named in a NodePool, a NodeClaim or a Node.
 *
 * Karpenter folds the aliases into the zone key before it schedules: `failure-domain.beta.kubernetes.io/zone`
 * in its core (pkg/apis/v1/labels.go, NormalizedLabels), `topology.ebs.csi.aws.com/zone` in the AWS provider
 * (pkg/operator/operator.go). A constraint under an alias is therefore as real as one under the key itself.
 */
export const ZONE_NAME_KEY = 'topology.kubernetes.io/zone';
export const ZONE_NAME_ALIASES: readonly string[] = [
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
];
/** Zone IDs (`use1-az1`): the same physical place in every account, and the only thing that ARC speaks. */
export const ZONE_ID_KEY = 'topology.k8s.aws/zone-id';

/**
 * Zone IDs are at most 20 characters in ARC's API model (AvailabilityZone), lower case letters, digits and hyphens:
 * `use1-az1`, `usw2-lax1-az1`. The record keeps one key a zone ID, so that the characters matter. A zone name has the
 * same form: no pattern tells `us-east-1a` from an ID for certain.
 */
export const ZONE_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,19}$/;

/** In which of its two vocabularies a key names a zone: `name` (`us-east-1a`) or `id` (`use1-az1`). */
export type ZoneDimension = 'name' | 'id';

/** The dimension of a requirement or label key; `undefined` for keys that do not name a zone. */
export function zoneDimensionOf(key: string): ZoneDimension | undefined {
  if (key === ZONE_NAME_KEY || ZONE_NAME_ALIASES.includes(key)) return 'name';
  return key === ZONE_ID_KEY ? 'id' : undefined;
}

/** The key that we write when we add a requirement of our own in that dimension. */
export function canonicalKey(dimension: ZoneDimension): string {
  return dimension === 'name' ? ZONE_NAME_KEY : ZONE_ID_KEY;
}
