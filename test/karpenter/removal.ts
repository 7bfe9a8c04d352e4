import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { KarpenterCluster } from '../karpenter-kwok/cluster.ts';
import { claimsOf, podsOf } from './readers.ts';
import { waitFor } from './wait-for.ts';
import { deployments } from './workloads.ts';

/**
 * Removes every workload and NodePool whose name begins with `prefix`, with what came of them, in the order that
 * leaves nothing behind: while a NodePool goes, Karpenter may still make claims for pods that wait.
 */
export async function removeAll(cluster: KarpenterCluster, prefix: string): Promise<void> {
  const { client, explain } = cluster;
  const begins = ({ metadata }: { metadata: { name?: string } }) => metadata.name?.startsWith(prefix);
  const workloads = (await client.listAll(deployments, { namespace: 'default' })).items.filter(begins);
  await Promise.all(
    workloads.map(({ metadata: { name = '' } }) =>
      client.delete(deployments, { namespace: 'default', name }),
    ),
  );
  await waitFor(
    `the pods of ${prefix} are gone`,
    async () => (await podsOf(client)).filter(({ app }) => app.startsWith(prefix)).length,
    (left) => left === 0,
    { explain },
  );
  // Static pools would make up for each claim that is deleted by itself, so that those are told to want none.
  const pools = (await client.listAll(resources.nodePools)).items.filter(begins);
  const isStatic = ({ spec }: KubeObject) => typeof spec === 'object' && spec !== null && 'replicas' in spec;
  for (const { metadata } of pools.filter(isStatic)) {
    const body = { spec: { replicas: 0 } };
    await client.patch(resources.nodePools, { name: metadata.name ?? '' }, { kind: 'merge', body });
  }
  await waitFor(
    `the NodeClaims of ${prefix} are gone`,
    async () => {
      const claims = (await claimsOf(client)).filter(({ pool }) => pool.startsWith(prefix));
      // Again and again: a claim for a pod that was pending a moment ago may still come.
      const doomed = claims.filter(({ deletedAt }) => deletedAt === undefined);
      await Promise.all(doomed.map(({ name }) => client.delete(resources.nodeClaims, { name })));
      return claims;
    },
    (left) => left.length === 0,
    { explain },
  );
  await Promise.all(pools.map(({ metadata: { name = '' } }) => client.delete(resources.nodePools, { name })));
}
