import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient, type KubeClient } from '../../shared/kube/client.ts';
import { loadKubeConfig } from '../../shared/kube/kube-config.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { installCrds, installKarpenterCrds } from '../control-plane/crds.ts';
import { type AuditLog, auditLogIn } from './audit-log.ts';
import type { ClusterProcess } from './cluster-process.ts';
import { goModuleFolder } from './go-module-folder.ts';
import { ensureKarpenterBinaries, KARPENTER_MODULE, karpenterModuleDir } from './karpenter-binaries.ts';
import { type Karpenter, type KarpenterOptions, startKarpenter } from './karpenter-process.ts';
import { startKwokController } from './kwok-controller.ts';
import { createKwokNodeClass } from './kwok-node-class.ts';
import { startScheduling } from './scheduling.ts';

/**
 * A cluster in which pods get nodes: kube-apiserver, etcd, kube-scheduler, kube-controller-manager and Karpenter are
 * the real ones. Machines are not: Karpenter's kwok provider creates Node objects, and the kwok controller plays
 * kubelet for them.
 */
export interface KarpenterCluster {
  readonly dir: string;
  readonly controlPlane: ControlPlane;
  /** The administrator's. */
  readonly client: KubeClient;
  readonly karpenter: Karpenter;
  readonly scheduler: ClusterProcess;
  readonly controllerManager: ClusterProcess;
  readonly kwok: ClusterProcess;
  readonly audit: AuditLog;
  /** The last lines of Karpenter's log and the processes that have ended, for messages of failures. */
  explain(): string;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

export interface KarpenterClusterOptions extends KarpenterOptions {
  /** How long a machine takes from its launch until its Node is there, in whole seconds: `2s`. Default: no time. */
  readonly nodeRegistrationDelay?: string;
  /** Told of each step, for progress. */
  readonly onStep?: (what: string) => void;
}

/**
 * Starts the cluster; everything dies with this process. Karpenter binds its ports to every interface, so that the
 * tests that call this run in a network namespace of their own (test/karpenter-kwok/run.ts).
 */
export async function startKarpenterCluster(
  options: KarpenterClusterOptions = {},
): Promise<KarpenterCluster> {
  const step = options.onStep ?? (() => {});
  const dir = mkdtempSync(join(tmpdir(), 'zonewarden-karpenter-'));
  const logs = join(dir, 'logs');
  mkdirSync(logs);
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).reverse()) await each();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const binaries = await ensureKarpenterBinaries();
    step('starting etcd and kube-apiserver');
    const audit = auditLogIn(logs);
    const controlPlane = await startControlPlane({
      dir: join(dir, 'control-plane'),
      binaries,
      // There is no default route here, by which kube-apiserver would look for an address of its own.
      extraApiServerArgs: [...audit.apiServerArgs, '--advertise-address=127.0.0.1'],
    });
    undo.push(() => controlPlane.stop());
    const client = createKubeClient({
      kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
      userAgent: 'test',
    });
    undo.push(async () => client.close());
    step('installing Karpenter’s CRDs');
    const module = await goModuleFolder(karpenterModuleDir, KARPENTER_MODULE);
    await installKarpenterCrds(controlPlane);
    await installCrds(controlPlane, [join(module, 'kwok/apis/crds/karpenter.kwok.sh_kwoknodeclasses.yaml')]);
    await createKwokNodeClass(client, options.nodeRegistrationDelay);
    step('starting kube-scheduler, kube-controller-manager, kwok and Karpenter');
    const started = async <T extends ClusterProcess>(process: Promise<T>): Promise<T> => {
      const up = await process;
      undo.push(() => up.stop('SIGKILL'));
      return up;
    };
    const { scheduler, controllerManager } = await startScheduling(controlPlane, binaries, logs, started);
    const kwok = await started(startKwokController(controlPlane, binaries.kwok, logs));
    const karpenter = await started(startKarpenter(controlPlane, binaries.karpenter, logs, options));
    const processes = [scheduler, controllerManager, kwok, karpenter];
    return {
      dir,
      controlPlane,
      client,
      karpenter,
      scheduler,
      controllerManager,
      kwok,
      audit,
      explain: () => explain(processes, karpenter),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function explain(processes: readonly ClusterProcess[], karpenter: ClusterProcess): string {
  const ended = processes
    .filter((process) => !process.isRunning())
    .map((process) => `${process.name} has ended:\n${process.logTail(10)}\n`);
  // One line for a pod that fits nowhere names every NodePool several times.
  const last = karpenter.logTail(12).split('\n');
  return `${ended.join('')}Karpenter's last lines:\n${last.map((line) => line.slice(0, 600)).join('\n')}`;
}
