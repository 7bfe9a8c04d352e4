import type { KubeClient } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { askedPath } from '../../installation/asked-path.ts';
import { inZones, nodeClaim } from '../../installation/node-pools.ts';
import { AdmissionClient, type PatchOperations } from '../../standins/admission-client.ts';

const SECRET = { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' };

/** A caller of one webhook that needs no API server, once it has been made. */
export async function askDirectly(client: KubeClient, webhookUrl: string) {
  const { data } = await client.get(resources.secrets, SECRET);
  const path = await askedPath(client, 'mutate');
  const encoded = (data as Record<string, string>)['tls.crt'] ?? '';
  const admission = new AdmissionClient({
    port: Number(new URL(webhookUrl).port),
    caPem: Buffer.from(encoded, 'base64').toString('utf8'),
  });
  return {
    /** What it would change about a NodeClaim for these zones. */
    async nodeClaimFor(...zones: string[]): Promise<PatchOperations> {
      const kind = { group: 'karpenter.sh', version: 'v1', kind: 'NodeClaim' };
      const { operations } = await admission.review(`${path}?timeout=5s`, {
        kind: 'AdmissionReview',
        apiVersion: 'admission.k8s.io/v1',
        request: {
          uid: 'asked-directly',
          kind,
          resource: { group: kind.group, version: kind.version, resource: 'nodeclaims' },
          name: 'asked',
          operation: 'CREATE',
          userInfo: { username: 'system:serviceaccount:kube-system:karpenter' },
          object: nodeClaim('asked', [inZones(...zones)]),
          oldObject: null,
          dryRun: true,
          options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
        },
      });
      return operations;
    },
    close: () => admission.close(),
  };
}
