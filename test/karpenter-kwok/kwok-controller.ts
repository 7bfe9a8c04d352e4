import { join } from 'node:path';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { freePorts } from '../control-plane/free-ports.ts';
import { accepts, type ClusterProcess, startClusterProcess } from './cluster-process.ts';
import { goModuleFolder } from './go-module-folder.ts';
import { KWOK_MODULE, kwokModuleDir } from './karpenter-binaries.ts';

/** What kwok does to nodes and pods, as its own module defines it: nodes become ready, pods run and go. */
const stages = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

/** Starts the kwok controller, which plays kubelet for every node. */
export async function startKwokController(
  controlPlane: Pick<ControlPlane, 'kubeconfigPath'>,
  binary: string,
  dir: string,
): Promise<ClusterProcess> {
  const folder = join(await goModuleFolder(kwokModuleDir, KWOK_MODULE), 'kustomize', 'stage');
  const [port = 0] = await freePorts(1);
  return startClusterProcess({
    name: 'kwok',
    command: binary,
    args: [
      `--kubeconfig=${controlPlane.kubeconfigPath}`,
      ...stages.map((stage) => `--config=${join(folder, stage)}`),
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      `--server-address=127.0.0.1:${port}`,
    ],
    dir,
    isUp: () => accepts(port),
  });
}
