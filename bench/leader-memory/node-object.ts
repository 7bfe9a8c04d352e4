import { digits, type Make, machineLabels, names, TIME, zoneOf } from './karpenter-facts.ts';

/** A Node of EKS as its kubelet and Karpenter leave it; the filler is how many images it has. */
export const nodeObject: Make = (index, filler) => ({
  object: {
    metadata: {
      name: names.node(index),
      labels: {
        ...machineLabels(index),
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'failure-domain.beta.kubernetes.io/region': 'us-east-1',
        'failure-domain.beta.kubernetes.io/zone': zoneOf(index).name,
        'k8s.io/cloud-provider-aws': digits(1, 32),
        'karpenter.sh/initialized': 'true',
        'karpenter.sh/registered': 'true',
        'kubernetes.io/hostname': names.node(index),
        'topology.ebs.csi.aws.com/zone': zoneOf(index).name,
      },
      annotations: {
        'alpha.kubernetes.io/provided-node-ip': address(index),
        'csi.volume.kubernetes.io/nodeid': JSON.stringify({ 'ebs.csi.aws.com': `i-${digits(index, 17)}` }),
        'karpenter.k8s.aws/ec2nodeclass-hash': digits(7, 20),
        'karpenter.k8s.aws/ec2nodeclass-hash-version': 'v4',
        'karpenter.sh/nodepool-hash': digits(9, 20),
        'karpenter.sh/nodepool-hash-version': 'v3',
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { providerID: `aws:///${zoneOf(index).name}/i-${digits(index, 17)}` },
  },
  status: {
    addresses: [
      { type: 'InternalIP', address: address(index) },
      { type: 'InternalDNS', address: names.node(index) },
      { type: 'Hostname', address: names.node(index) },
    ],
    allocatable: amounts('7910m', '31482368Ki'),
    capacity: amounts('8', '32499200Ki'),
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'posting ready status'),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: Array.from({ length: filler }, (_, place) => image(index, place)),
    nodeInfo: {
      architecture: 'amd64',
      bootID: digits(index, 36),
      containerRuntimeVersion: 'containerd://2.1.4',
      kernelVersion: '6.12.46-66.121.amzn2023.x86_64',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.34.1-eks-113cf36',
      machineID: digits(index, 32),
      operatingSystem: 'linux',
      osImage: 'Amazon Linux 2023.9.20251105',
      systemUUID: digits(index, 36),
    },
  },
});

const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

function amounts(cpu: string, memory: string): object {
  return {
    cpu,
    memory,
    'ephemeral-storage': '83873772Ki',
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    pods: '58',
  };
}

function condition(type: string, status: string, reason: string, message: string): object {
  return {
    ...{ type, status, reason, message: `kubelet has ${message}` },
    lastHeartbeatTime: TIME,
    lastTransitionTime: TIME,
  };
}

/** Each image by digest and by tag, as kubelets report them. */
function image(index: number, place: number): object {
  const repository = `111122223333.dkr.ecr.us-east-1.amazonaws.com/team-${(index + place) % 97}/service-${place}`;
  const digest = digits(index * 64 + place + 1, 12)
    .repeat(6)
    .slice(0, 64);
  return {
    names: [`${repository}@sha256:${digest}`, `${repository}:v1.${place}.${index % 100}`],
    sizeBytes: 100_000_000 + place,
  };
}
