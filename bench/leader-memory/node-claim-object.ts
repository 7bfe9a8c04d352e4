import { inZones } from '../../test/installation/node-pools.ts';
import {
  conditions,
  digits,
  instanceTypes,
  type Make,
  machineLabels,
  names,
  ZONES,
  zoneOf,
} from './karpenter-facts.ts';

/** A NodeClaim whose node has been up for a while; the filler is how many instance types it allows. */
export const nodeClaimObject: Make = (index, filler) => ({
  object: {
    metadata: {
      name: names.nodeClaim(index),
      labels: machineLabels(index),
      annotations: {
        'compatibility.karpenter.k8s.aws/cluster-name-tagged': 'true',
        'karpenter.k8s.aws/ec2nodeclass-hash': digits(7, 20),
        'karpenter.k8s.aws/ec2nodeclass-hash-version': 'v4',
        'karpenter.k8s.aws/tagged': 'true',
        'karpenter.sh/nodepool-hash': digits(9, 20),
        'karpenter.sh/nodepool-hash-version': 'v3',
      },
      ownerReferences: [
        {
          apiVersion: 'karpenter.sh/v1',
          kind: 'NodePool',
          name: names.nodePool(index % 100),
          uid: '00000000-0000-4000-8000-000000000000',
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      expireAfter: '720h',
      nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
      requirements: [
        inZones(...ZONES.map(({ name }) => name)),
        { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand', 'spot'] },
        { key: 'karpenter.sh/nodepool', operator: 'In', values: [names.nodePool(index % 100)] },
        { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64'] },
        { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
        ...(filler === 0
          ? []
          : [
              {
                key: 'node.kubernetes.io/instance-type',
                operator: 'In',
                values: instanceTypes(index, filler),
              },
            ]),
      ],
      resources: { requests: { cpu: '3150m', memory: '6340Mi', pods: '11' } },
    },
  },
  status: {
    allocatable: { cpu: '7910m', memory: '29317Mi', 'ephemeral-storage': '71Gi', pods: '58' },
    capacity: { cpu: '8', memory: '30310Mi', 'ephemeral-storage': '80Gi', pods: '58' },
    conditions: conditions(
      ...['Consolidatable', 'Initialized', 'Launched', 'Ready', 'Registered', 'ConsistentStateFound'],
    ),
    imageID: `ami-${digits(3, 17)}`,
    lastPodEventTime: '2026-11-21T09:30:00Z',
    nodeName: names.node(index),
    providerID: `aws:///${zoneOf(index).name}/i-${digits(index, 17)}`,
  },
});
