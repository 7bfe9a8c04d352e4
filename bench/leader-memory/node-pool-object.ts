import { inZones } from '../../test/installation/node-pools.ts';
import { conditions, digits, instanceTypes, type Make, names, ZONES } from './karpenter-facts.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * A NodePool as a team keeps it in Git and kubectl applied it; the filler is how many instance types it names. It is
 * there twice, as with any object that was applied on the client side.
 */
export const nodePoolObject: Make = (index, filler) => {
  const labels = { team: names.nodePool(index), 'cost-center': digits(index, 8), environment: 'production' };
  const spec = specOf(index, filler);
  const applied = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { labels }, spec };
  return {
    object: {
      metadata: {
        name: names.nodePool(index),
        labels,
        annotations: {
          'karpenter.sh/nodepool-hash': digits(9, 20),
          'karpenter.sh/nodepool-hash-version': 'v3',
          [LAST_APPLIED]: JSON.stringify(applied),
        },
      },
      spec,
    },
    status: {
      conditions: conditions('NodeClassReady', 'Ready', 'ValidationSucceeded', 'NodeRegistrationHealthy'),
      nodeClassObservedGeneration: 1,
      resources: { cpu: '80', memory: '320Gi', 'ephemeral-storage': '800Gi', nodes: '10', pods: '580' },
    },
  };
};

function specOf(index: number, filler: number): object {
  return {
    disruption: {
      budgets: [
        { nodes: '10%' },
        { nodes: '0', schedule: '0 9 * * mon-fri', duration: '8h', reasons: ['Drifted'] },
      ],
      consolidateAfter: '5m',
      consolidationPolicy: 'WhenEmptyOrUnderutilized',
    },
    limits: { cpu: '1000', memory: '4000Gi' },
    template: {
      metadata: { labels: { team: names.nodePool(index), tier: 'web' } },
      spec: {
        expireAfter: '720h',
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [
          inZones(...ZONES.map(({ name }) => name)),
          { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand', 'spot'] },
          { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64'] },
          { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
          ...(filler === 0
            ? []
            : [
                {
                  key: 'node.kubernetes.io/instance-type',
                  operator: 'In',
                  values: instanceTypes(index * 3, filler),
                },
              ]),
        ],
        taints: [{ key: 'team', value: names.nodePool(index), effect: 'NoSchedule' }],
        terminationGracePeriod: '1h',
      },
    },
    weight: 1 + (index % 100),
  };
}
