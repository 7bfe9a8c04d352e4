import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { freePorts } from '../control-plane/free-ports.ts';
import { type ClusterProcess, startClusterProcess } from './cluster-process.ts';
import { type InstanceTypeOptions, writeInstanceTypes } from './instance-types.ts';

export interface KarpenterOptions {
  /** E.g. `{ StaticCapacity: true }`; what is not named has Karpenter's default. */
  readonly featureGates?: Readonly<Record<string, boolean>>;
  readonly instanceTypes?: InstanceTypeOptions;
  /** More environment, Karpenter's own names: `{ BATCH_IDLE_DURATION: '200ms' }`. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Karpenter extends ClusterProcess {
  /** Where it serves `/metrics`. */
  readonly metricsUrl: string;
}

/** Starts Karpenter with the kwok provider, under a service account of its own. */
export async function startKarpenter(
  controlPlane: ControlPlane,
  binary: string,
  dir: string,
  options: KarpenterOptions,
): Promise<Karpenter> {
  await controlPlane.kubectl(['apply', '-f', '-'], {
    input: identity.map((each) => stringify(each)).join('---\n'),
  });
  const kubeconfig = await controlPlane.serviceAccountKubeconfig('kube-system', 'karpenter');
  const instanceTypes = join(dir, 'instance-types.json');
  writeInstanceTypes(instanceTypes, options.instanceTypes);
  const [metricsPort = 0, healthPort = 0] = await freePorts(2);
  const gates = Object.entries(options.featureGates ?? {}).map(([name, on]) => `${name}=${on}`);
  const process = await startClusterProcess({
    name: 'karpenter',
    command: binary,
    args: [],
    env: {
      KUBECONFIG: kubeconfig,
      DISABLE_LEADER_ELECTION: 'true',
      SYSTEM_NAMESPACE: 'kube-system',
      METRICS_PORT: String(metricsPort),
      HEALTH_PROBE_PORT: String(healthPort),
      BATCH_IDLE_DURATION: '1s',
      INSTANCE_TYPES_FILE_PATH: instanceTypes,
      ...(gates.length === 0 ? {} : { FEATURE_GATES: gates.join(',') }),
      ...options.env,
    },
    dir,
    isUp: async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok,
  });
  return Object.assign(process, { metricsUrl: `http://127.0.0.1:${metricsPort}` });
}

/** The rights are the administrator's: what Karpenter may do is not what is tested here. */
const identity = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'karpenter', namespace: 'kube-system' } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'karpenter' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'karpenter', namespace: 'kube-system' }],
  },
];
