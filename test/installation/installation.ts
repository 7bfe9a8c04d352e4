import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient, type KubeClient } from '../../shared/kube/client.ts';
import { loadKubeConfig } from '../../shared/kube/kube-config.ts';
import { resources } from '../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../control-plane/crds.ts';
import { freePorts } from './free-ports.ts';
import {
  applyManifests,
  calledByUrl,
  isWebhookConfiguration,
  renderManifests,
  wantingNoPods,
} from './manifests.ts';
import { createNodeClass } from './node-class.ts';
import { nodePool } from './node-pools.ts';
import { type ProductProcess, startProductProcess } from './product-process.ts';
import { AWS_ENV, type Queue, startQueue } from './queue.ts';
import { until } from './until.ts';

/**
 * The product, installed: real API server, real manifests, real RBAC (both processes run as their own service
 * account), real processes, a real queue. Only the pods are missing: the processes run on this machine, and the API
 * server calls the webhook by URL instead of by Service.
 */
export interface Installation {
  readonly dir: string;
  readonly controlPlane: ControlPlane;
  readonly client: KubeClient;
  readonly queue: Queue;
  readonly webhook: ProductProcess;
  readonly watcher: ProductProcess;
  readonly webhookUrl: string;
  readonly webhookOpsUrl: string;
  readonly watcherOpsUrl: string;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

export interface InstallOptions {
  /** True: everything goes on after this process has ended. */
  readonly detached?: boolean;
  readonly dir?: string;
  /** One that runs already, with or without CRDs; `stop()` leaves it running. Default: a new one. */
  readonly controlPlane?: ControlPlane;
  /** True: the Deployment wants no pods. For clusters that would run them, beside the processes started here. */
  readonly withoutPods?: boolean;
  /** Zone ID to zone name, as an EC2NodeClass tells them. Default: `ZONE_NAMES`. */
  readonly zones?: Readonly<Record<string, string>>;
  readonly webhookArgs?: readonly string[];
  readonly watcherArgs?: readonly string[];
  /** Told of each step, for progress. */
  readonly onStep?: (what: string) => void;
}

export async function install(options: InstallOptions = {}): Promise<Installation> {
  const detached = options.detached ?? false;
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'zonewarden-installation-'));
  const step = options.onStep ?? (() => {});
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).reverse()) await each();
    rmSync(dir, { recursive: true, force: true });
  };
  const startOwnControlPlane = async (): Promise<ControlPlane> => {
    step('starting etcd and kube-apiserver');
    const own = await startControlPlane({ detached, dir: join(dir, 'control-plane') });
    undo.push(() => own.stop());
    return own;
  };
  try {
    const controlPlane = options.controlPlane ?? (await startOwnControlPlane());
    step('installing Karpenter’s CRDs and Zonewarden’s manifests');
    await installKarpenterCrds(controlPlane);
    const client = createKubeClient({
      kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
      userAgent: 'test',
    });
    undo.push(async () => client.close());
    const rendered = await renderManifests(controlPlane);
    const manifests = options.withoutPods === true ? rendered.map(wantingNoPods) : rendered;
    await applyManifests(
      controlPlane,
      manifests.filter((manifest) => !isWebhookConfiguration(manifest)),
    );
    await createNodeClass(client, options.zones);
    step('starting the SQS server, the webhook and the watcher');
    const queue = await startQueue(dir, detached);
    undo.push(() => queue.stop());
    const kubeconfig = await controlPlane.serviceAccountKubeconfig('zonewarden', 'zonewarden');
    const watcher = await startWatcherProcess(dir, detached, kubeconfig, queue, options.watcherArgs ?? []);
    undo.push(() => watcher.stop());
    const { webhook, port, opsPort } = await startWebhookProcess(
      dir,
      detached,
      kubeconfig,
      options.webhookArgs ?? [],
    );
    undo.push(() => webhook.stop());
    step('waiting until the API server calls the webhook');
    const webhookUrl = `https://127.0.0.1:${port}`;
    await applyManifests(
      controlPlane,
      manifests.filter(isWebhookConfiguration).map((manifest) => calledByUrl(manifest, webhookUrl)),
    );
    await untilCalled(client);
    const watcherOps = watcher.lines().find((line) => line.opsPort !== undefined)?.opsPort;
    return {
      dir,
      controlPlane,
      client,
      queue,
      webhook,
      watcher,
      webhookUrl,
      webhookOpsUrl: `http://127.0.0.1:${opsPort}`,
      watcherOpsUrl: `http://127.0.0.1:${String(watcherOps)}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ports that were chosen at the first start are kept, so that a restart is reached by the same URL. */
async function startWebhookProcess(
  dir: string,
  detached: boolean,
  kubeconfig: string,
  extra: readonly string[],
) {
  const [port, opsPort] = await freePorts(2);
  const webhook = await startProductProcess({
    name: 'webhook',
    program: 'webhook/main.ts',
    args: [
      ...['--kubeconfig', kubeconfig, '--host', '127.0.0.1', '--extra-names', '127.0.0.1'],
      ...['--port', String(port), '--ops-port', String(opsPort), '--drain-ms', '500'],
      ...extra,
    ],
    dir,
    detached,
    isUp: (line) => line.message === 'serving admission',
  });
  return { webhook, port, opsPort };
}

async function startWatcherProcess(
  dir: string,
  detached: boolean,
  kubeconfig: string,
  queue: Queue,
  extra: readonly string[],
): Promise<ProductProcess> {
  const [opsPort] = await freePorts(1);
  return startProductProcess({
    name: 'watcher',
    program: 'watcher/main.ts',
    args: [
      ...['--kubeconfig', kubeconfig, '--host', '127.0.0.1', '--ops-port', String(opsPort)],
      ...['--queue-url', queue.url, '--sqs-endpoint', queue.endpoint, '--identity', 'watcher-0'],
      // There is no ARC on a test's machine; who brings a stand-in says so in what is extra.
      ...['--arc', 'off'],
      ...extra,
    ],
    dir,
    detached,
    env: AWS_ENV,
    isUp: (line) => line.message === 'watching',
  });
}

/**
 * The API server loads webhook configurations by watch, and the product fills in the caBundle: both are done when a
 * dry run of a NodePool is answered, and answered by us (an exempt NodePool without a zone costs nothing).
 */
async function untilCalled(client: KubeClient): Promise<void> {
  await until('the API server calls the webhook', async () => {
    await client.create(resources.nodePools, nodePool('probe', []), { dryRun: true });
    return true;
  });
}
