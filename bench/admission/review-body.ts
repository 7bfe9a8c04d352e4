import type { KubeObject } from '../../shared/kube/object.ts';
import { UID_TEMPLATE } from './load.ts';

/**
 * The review that is sent: Git applies its NodePool of six requirements again, all zones in the list, while the stored
 * one is pruned. The answer is a patch of the list, the budgets and the annotation. About 2.4 kB without what
 * kubectl and the API server add of their own (last-applied, managedFields).
 *
 * @param declared the NodePool as it is in Git, @param stored as the product has stored it
 */
export function reviewBody(declared: KubeObject, stored: KubeObject): string {
  const { managedFields: _managed, ...metadata } = stored.metadata;
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: UID_TEMPLATE,
      kind: { group: 'karpenter.sh', version: 'v1', kind: 'NodePool' },
      resource: { group: 'karpenter.sh', version: 'v1', resource: 'nodepools' },
      name: declared.metadata.name,
      operation: 'UPDATE',
      userInfo: {
        username: 'system:serviceaccount:argocd:argocd-application-controller',
        groups: ['system:authenticated'],
      },
      // An apply merges: annotations that are not its own, ours among them, are in what it sends.
      object: { ...declared, metadata },
      oldObject: { ...stored, metadata },
      dryRun: false,
      options: { kind: 'UpdateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'argocd-controller' },
    },
  });
}

/** The NodePool in Git. */
export function declaredNodePool(): KubeObject {
  const requirement = (key: string, values: string[]) => ({ key, operator: 'In', values });
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'bench', annotations: { team: 'web' } },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          expireAfter: '720h',
          requirements: [
            requirement('karpenter.sh/capacity-type', ['spot', 'on-demand']),
            requirement('kubernetes.io/arch', ['amd64']),
            requirement('kubernetes.io/os', ['linux']),
            requirement('karpenter.k8s.aws/instance-category', ['c', 'm', 'r']),
            { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['4'] },
            requirement('topology.kubernetes.io/zone', ['us-east-1a', 'us-east-1b', 'us-east-1c']),
          ],
        },
      },
      disruption: {
        consolidationPolicy: 'WhenEmptyOrUnderutilized',
        consolidateAfter: '5m',
        budgets: [{ nodes: '20%' }],
      },
      limits: { cpu: '1000' },
    },
  };
}
