import type { KubeObject } from '../../shared/kube/object.ts';

/** A NodePool as somebody would write it, with the given requirements. */
export function nodePool(name: string, requirements: readonly object[], spec: object = {}): KubeObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          requirements,
        },
      },
      ...spec,
    },
  };
}

/** `topology.kubernetes.io/zone In [...]` */
export function inZones(...values: string[]): object {
  return { key: 'topology.kubernetes.io/zone', operator: 'In', values };
}

/** A NodeClaim as Karpenter makes it, with the given requirements. */
export function nodeClaim(name: string, requirements: readonly object[]): KubeObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { name },
    spec: {
      nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
      requirements,
    },
  };
}
