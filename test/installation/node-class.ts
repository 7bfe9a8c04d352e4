import type { KubeClient } from '../../shared/kube/client.ts';
import { isAlreadyExists } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';

/** Zone IDs and what the account of the demo and the tests calls them: not in alphabetical order, as in real accounts. */
export const ZONE_NAMES: Readonly<Record<string, string>> = {
  'use1-az1': 'us-east-1a',
  'use1-az2': 'us-east-1d',
  'use1-az4': 'us-east-1b',
  'use1-az6': 'us-east-1c',
};

/**
 * Creates an EC2NodeClass whose status says what Karpenter's controller would write into it: the subnets, with the
 * zone ID and the zone name of each.
 */
export async function createNodeClass(
  client: KubeClient,
  zones = ZONE_NAMES,
  name = 'default',
): Promise<void> {
  const object = {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name },
    spec: {
      role: 'KarpenterNodeRole-demo',
      amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
      subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'demo' } }],
      securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'demo' } }],
    },
  };
  await client.create(resources.ec2NodeClasses, object).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  const subnets = Object.entries(zones).map(([zoneID, zone], index) => ({
    id: `subnet-${index}`,
    zone,
    zoneID,
  }));
  await client.patch(
    resources.ec2NodeClasses,
    { name },
    { kind: 'merge', body: { status: { subnets } } },
    { subresource: 'status' },
  );
}
