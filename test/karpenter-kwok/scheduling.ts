import type { ControlPlane } from '../control-plane/control-plane.ts';
import { freePorts } from '../control-plane/free-ports.ts';
import { accepts, type ClusterProcess, startClusterProcess } from './cluster-process.ts';
import type { KarpenterClusterBinaries } from './karpenter-binaries.ts';

/**
 * What a cluster needs so that Deployments become pods, pods are placed, and nodes are watched. Service accounts and
 * their tokens are left out: the API server runs without the admission plugin that asks for them.
 */
const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'garbage-collector-controller',
  'node-lifecycle-controller',
  'pod-garbage-collector-controller',
  'taint-eviction-controller',
  'namespace-controller',
  'disruption-controller',
];

/** The clients' own limits (20 to 50 requests/s) would be slower than the bursts of the tests. */
const fastClient = ['--kube-api-qps=200', '--kube-api-burst=400'];

export interface Scheduling {
  readonly scheduler: ClusterProcess;
  readonly controllerManager: ClusterProcess;
}

/** Starts kube-scheduler and kube-controller-manager on loopback ports. */
export async function startScheduling(
  controlPlane: Pick<ControlPlane, 'kubeconfigPath'>,
  binaries: KarpenterClusterBinaries,
  dir: string,
  started: (process: Promise<ClusterProcess>) => Promise<ClusterProcess>,
): Promise<Scheduling> {
  const [schedulerPort = 0, managerPort = 0] = await freePorts(2);
  const common = [
    `--kubeconfig=${controlPlane.kubeconfigPath}`,
    '--leader-elect=false',
    '--authentication-skip-lookup=true',
    '--bind-address=127.0.0.1',
    `--cert-dir=${dir}`,
    ...fastClient,
  ];
  const [scheduler, controllerManager] = await Promise.all([
    started(
      startClusterProcess({
        name: 'kube-scheduler',
        command: binaries.kubeScheduler,
        args: [...common, `--secure-port=${schedulerPort}`],
        dir,
        isUp: () => accepts(schedulerPort),
      }),
    ),
    started(
      startClusterProcess({
        name: 'kube-controller-manager',
        command: binaries.kubeControllerManager,
        args: [
          ...common,
          `--secure-port=${managerPort}`,
          `--controllers=${controllers.join(',')}`,
          // On a busy machine the kwok controller's heartbeats are late; no test is about nodes that fall silent.
          '--node-monitor-grace-period=5m',
        ],
        dir,
        isUp: () => accepts(managerPort),
      }),
    ),
  ]);
  return { scheduler, controllerManager };
}
