import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import type { KubeObject } from '../../shared/kube/object.ts';

/** What the objects of the large cluster have in common. */

/** The zone that is shifted away from, and two others. */
export const ZONES = [
  { id: 'use1-az1', name: 'us-east-1a' },
  { id: 'use1-az4', name: 'us-east-1b' },
  { id: 'use1-az6', name: 'us-east-1c' },
] as const;
export const AWAY = ZONES[0];

/** An object as its writer creates it, and the status that Karpenter or a kubelet writes afterwards. */
export interface Stored {
  readonly object: KubeObject;
  readonly status: object;
}

/** Makes the object of that index. The more filler, the larger it is. */
export type Make = (index: number, filler: number) => Stored;

export const zoneOf = (index: number) => ZONES[index % ZONES.length] ?? AWAY;

export const names = {
  nodePool: (index: number) => `team-${index}`,
  nodeClaim: (index: number) => `${names.nodePool(index % 100)}-${suffix(index)}`,
  node: (index: number) =>
    `ip-10-${index >> 16}-${(index >> 8) & 255}-${index & 255}.us-east-1.compute.internal`,
};

const COMMON = /^[cmr][5-8][a-z]*\.\d*x?large$/;

let common: readonly string[] | undefined;

/** Names of common instance types, of several families each time. */
export function instanceTypes(index: number, count: number): string[] {
  common ??= bundledCatalog().types.filter((type) => COMMON.test(type));
  const types = common;
  return Array.from({ length: count }, (_, place) => types[(index + place * STRIDE) % types.length] ?? '');
}

/** So that types next to each other in the catalogue, which are of one family, are not next to each other here. */
const STRIDE = 11;

/** Conditions as Karpenter writes them. */
export function conditions(...types: readonly string[]): object[] {
  return types.map((type) => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    lastTransitionTime: TIME,
    observedGeneration: 1,
  }));
}

export const TIME = '2026-11-21T08:00:00Z';

/** A number of fixed length, all different. */
export const digits = (index: number, length: number) =>
  (index * 2_654_435_761).toString(16).padStart(length, '0').slice(-length);

function suffix(index: number): string {
  return index.toString(36).padStart(5, '0');
}

/** Labels that Karpenter gives to a NodeClaim and to its Node. */
export function machineLabels(index: number): Record<string, string> {
  const zone = zoneOf(index);
  const [type = 'm5.large'] = instanceTypes(index, 1);
  const [family = ''] = type.split('.');
  return {
    'karpenter.k8s.aws/ec2nodeclass': 'default',
    'karpenter.k8s.aws/instance-capability-flex': 'false',
    'karpenter.k8s.aws/instance-category': family.slice(0, 1),
    'karpenter.k8s.aws/instance-cpu': '8',
    'karpenter.k8s.aws/instance-cpu-manufacturer': 'intel',
    'karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz': '3500',
    'karpenter.k8s.aws/instance-ebs-bandwidth': '10000',
    'karpenter.k8s.aws/instance-encryption-in-transit-supported': 'true',
    'karpenter.k8s.aws/instance-family': family,
    'karpenter.k8s.aws/instance-generation': '6',
    'karpenter.k8s.aws/instance-hypervisor': 'nitro',
    'karpenter.k8s.aws/instance-memory': '32768',
    'karpenter.k8s.aws/instance-network-bandwidth': '3125',
    'karpenter.k8s.aws/instance-size': '2xlarge',
    'karpenter.sh/capacity-type': 'spot',
    'karpenter.sh/nodepool': names.nodePool(index % 100),
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': type,
    'topology.k8s.aws/zone-id': zone.id,
    'topology.kubernetes.io/region': 'us-east-1',
    'topology.kubernetes.io/zone': zone.name,
  };
}
