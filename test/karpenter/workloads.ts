import type { KubeClient } from '../../shared/kube/client.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import type { ResourceType } from '../../shared/kube/resource.ts';
import { ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';

export const deployments: ResourceType = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
};

export interface WorkloadOptions {
  readonly replicas: number;
  /** The NodePool whose nodes it must run on; default: of any. */
  readonly pool?: string;
  /** More of the node selector, e.g. the zone that it is pinned to. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** True: pods are spread over zones, and one that would tilt the balance by more than one waits. */
  readonly spread?: boolean;
  /** The zone that it would like to run in, without insisting. */
  readonly preferredZone?: string;
  /** Requested CPU. Default 3: with instance types of up to 4 vCPU each pod has a node of its own. */
  readonly cpu?: string;
}

/** A Deployment in the namespace `default`. */
export function workload(name: string, options: WorkloadOptions): KubeObject {
  const { replicas, pool, nodeSelector = {}, spread = false, preferredZone, cpu = '3' } = options;
  const labels = { app: name };
  const constraint = {
    maxSkew: 1,
    topologyKey: ZONE_NAME_KEY,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: labels },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { ...(pool === undefined ? {} : { 'karpenter.sh/nodepool': pool }), ...nodeSelector },
          terminationGracePeriodSeconds: 0,
          ...(spread ? { topologySpreadConstraints: [constraint] } : {}),
          ...(preferredZone === undefined ? {} : { affinity: preferring(preferredZone) }),
          containers: [
            {
              name: 'main',
              image: 'registry.k8s.io/pause:3.10',
              resources: { requests: { cpu, memory: '1Gi' } },
            },
          ],
        },
      },
    },
  };
}

function preferring(zone: string): object {
  const matchExpressions = [{ key: ZONE_NAME_KEY, operator: 'In', values: [zone] }];
  const preferred = [{ weight: 100, preference: { matchExpressions } }];
  return { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } };
}

/** Creates workloads, all at once. */
export async function createWorkloads(client: KubeClient, workloads: readonly KubeObject[]): Promise<void> {
  await Promise.all(workloads.map((each) => client.create(deployments, each, { namespace: 'default' })));
}

/** Changes how many pods a workload wants. */
export async function scale(client: KubeClient, name: string, replicas: number): Promise<void> {
  await client.patch(
    deployments,
    { namespace: 'default', name },
    { kind: 'merge', body: { spec: { replicas } } },
  );
}
