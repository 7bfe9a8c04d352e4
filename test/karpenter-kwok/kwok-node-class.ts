import type { KubeClient } from '../../shared/kube/client.ts';
import type { ResourceType } from '../../shared/kube/resource.ts';

const kwokNodeClasses: ResourceType = {
  group: 'karpenter.kwok.sh',
  version: 'v1alpha1',
  plural: 'kwoknodeclasses',
  kind: 'KWOKNodeClass',
  namespaced: false,
};

/** What a NodePool of the kwok provider names as its `nodeClassRef`. */
export const KWOK_NODE_CLASS_REF = {
  group: kwokNodeClasses.group,
  kind: kwokNodeClasses.kind,
  name: 'default',
};

/** Creates the KWOKNodeClass `default`; nodes appear after `nodeRegistrationDelay`. */
export async function createKwokNodeClass(client: KubeClient, nodeRegistrationDelay = '0s'): Promise<void> {
  await client.create(kwokNodeClasses, {
    apiVersion: `${kwokNodeClasses.group}/${kwokNodeClasses.version}`,
    kind: kwokNodeClasses.kind,
    metadata: { name: KWOK_NODE_CLASS_REF.name },
    spec: { nodeRegistrationDelay },
  });
}
