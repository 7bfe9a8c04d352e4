/** One kind of object as the API server's paths name it. */
export interface ResourceType {
  /** API group; '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const inNamespaces = (group: string, plural: string, kind: string): ResourceType => {
  return { group, version: 'v1', plural, kind, namespaced: true };
};

const clusterWide = (group: string, plural: string, kind: string): ResourceType => {
  return { group, version: 'v1', plural, kind, namespaced: false };
};

/** Every kind that the product reads or writes. */
export const resources = {
  configMaps: inNamespaces('', 'configmaps', 'ConfigMap'),
  secrets: inNamespaces('', 'secrets', 'Secret'),
  nodes: clusterWide('', 'nodes', 'Node'),
  events: inNamespaces('', 'events', 'Event'),
  leases: inNamespaces('coordination.k8s.io', 'leases', 'Lease'),
  nodePools: clusterWide('karpenter.sh', 'nodepools', 'NodePool'),
  nodeClaims: clusterWide('karpenter.sh', 'nodeclaims', 'NodeClaim'),
  ec2NodeClasses: clusterWide('karpenter.k8s.aws', 'ec2nodeclasses', 'EC2NodeClass'),
  clusterReports: {
    ...clusterWide('openreports.io', 'clusterreports', 'ClusterReport'),
    version: 'v1alpha1',
  },
  selfSubjectReviews: clusterWide('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview'),
  mutatingWebhookConfigurations: clusterWide(
    'admissionregistration.k8s.io',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
  ),
  validatingWebhookConfigurations: clusterWide(
    'admissionregistration.k8s.io',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
  ),
  validatingAdmissionPolicyBindings: clusterWide(
    'admissionregistration.k8s.io',
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
  ),
  validatingAdmissionPolicies: clusterWide(
    'admissionregistration.k8s.io',
    'validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
  ),
} as const satisfies Record<string, ResourceType>;

/** `karpenter.sh/v1`, or `v1` for the core group: what an object of this type carries as `apiVersion`. */
export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** The object with what items of a list come without, and a write must carry. */
export function typed<T extends object>(type: ResourceType, object: T) {
  return { apiVersion: apiVersionOf(type), kind: type.kind, ...object };
}

/**
 * The URL path of a collection, an object or a subresource, each segment escaped. Without a namespace the
 * collection of a namespaced type spans all namespaces.
 */
export function resourcePath(
  type: ResourceType,
  at: {
    namespace?: string | undefined;
    name?: string | undefined;
    subresource?: string | undefined;
  } = {},
): string {
  const segments = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  if (type.namespaced && at.namespace !== undefined) segments.push('namespaces', at.namespace);
  segments.push(type.plural);
  if (at.name !== undefined) segments.push(at.name);
  if (at.name !== undefined && at.subresource !== undefined) segments.push(at.subresource);
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
