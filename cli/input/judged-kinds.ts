import type { SubjectKind } from '../../shared/policy/core/subject.ts';

/** What is done with an object: judged as one of the kinds, told as one that is not judged, or passed over. */
export type Handling =
  | { readonly as: SubjectKind }
  | { readonly as: 'outdated'; readonly why: string }
  | { readonly as: 'other' };

/** Judged are the versions that Karpenter 1.x serves; Auto Mode's NodeClass is read as an EC2NodeClass is. */
const JUDGED: Readonly<Record<string, SubjectKind>> = {
  'karpenter.sh/v1 NodePool': 'NodePool',
  'karpenter.sh/v1 NodeClaim': 'NodeClaim',
  'karpenter.k8s.aws/v1 EC2NodeClass': 'EC2NodeClass',
  'eks.amazonaws.com/v1 NodeClass': 'EC2NodeClass',
};

/** Kinds of Karpenter's whose other versions are not judged; the last two are what they were called before. */
const KNOWN =
  /^(?:karpenter\.sh|karpenter\.k8s\.aws|eks\.amazonaws\.com)\/\S+ (?:NodePool|NodeClaim|EC2NodeClass|NodeClass|Provisioner|AWSNodeTemplate)$/;

/** What is done with an object of this version and kind. */
export function handlingOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): Handling {
  const full = `${apiVersion} ${kind}`;
  const subject = Object.hasOwn(JUDGED, full) ? JUDGED[full] : undefined;
  if (subject !== undefined) return { as: subject };
  if (!KNOWN.test(full)) return { as: 'other' };
  return {
    as: 'outdated',
    why: `${apiVersion} is not judged: write it as ${apiVersion.split('/')[0]}/v1, which Karpenter 1.x serves`,
  };
}
