import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient, type KubeClient } from '../../shared/kube/client.ts';
import { loadKubeConfig } from '../../shared/kube/kube-config.ts';
import { resources } from '../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../control-plane/crds.ts';
import { freePorts } from '../control-plane/free-ports.ts';
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
import { programPath, programsIn } from './programs.ts';
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
  /** Another watcher, beside the first or after it. The name is its identity in the Lease. */
  addWatcher(name: string, args?: readonly string[], withQueue?: boolean): Promise<Replica>;
  /** Another webhook, which the API server does not call by itself (behind-a-balancer.ts). */
  addWebhook(name: string, args?: readonly string[]): Promise<WebhookReplica>;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

/** A process of the product, and its plain second port. */
export interface Replica {
  readonly process: ProductProcess;
  readonly opsUrl: string;
}

export interface WebhookReplica extends Replica {
  readonly url: string;
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
  /** True: the watcher is told of no queue. */
  readonly withoutQueue?: boolean;
  /** Where the API server calls the webhook, once the first one serves. Default: at the first one itself. */
  callAt?(first: WebhookReplica): Promise<string>;
  /** Called when Karpenter's CRDs are there and the product is not: for what was stored before it. */
  before?(client: KubeClient): Promise<void>;
  /** True: the sources are started, instead of the bundled programs that the image has. */
  readonly sources?: boolean;
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
    await options.before?.(client);
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
    const programs = options.sources === true ? undefined : await programsIn(join(dir, 'programs'));
    const setting = { dir, detached, kubeconfig, queue, programs };
    const listens = options.withoutQueue !== true;
    const first = await startWatcherProcess(setting, 'watcher', listens, options.watcherArgs ?? []);
    undo.push(() => first.process.stop());
    const webhook = await startWebhookProcess(setting, 'webhook', options.webhookArgs ?? []);
    undo.push(() => webhook.process.stop());
    const called = await (options.callAt?.(webhook) ?? webhook.url);
    step('waiting until the API server calls the webhook');
    await applyManifests(
      controlPlane,
      manifests.filter(isWebhookConfiguration).map((manifest) => calledByUrl(manifest, called)),
    );
    await untilCalled(client);
    return {
      dir,
      controlPlane,
      client,
      queue,
      webhook: webhook.process,
      watcher: first.process,
      webhookUrl: webhook.url,
      webhookOpsUrl: webhook.opsUrl,
      watcherOpsUrl: first.opsUrl,
      async addWatcher(name, args = [], withQueue = true) {
        const added = await startWatcherProcess(setting, name, withQueue, args);
        undo.push(() => added.process.stop());
        return added;
      },
      async addWebhook(name, args = []) {
        const added = await startWebhookProcess(setting, name, args);
        undo.push(() => added.process.stop());
        return added;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Setting {
  readonly dir: string;
  readonly detached: boolean;
  readonly kubeconfig: string;
  readonly queue: Queue;
  readonly programs: string | undefined;
}

/** Ports that were chosen at the first start are kept, so that a restart is reached by the same URL. */
async function startWebhookProcess(
  { dir, detached, kubeconfig, programs }: Setting,
  name: string,
  extra: readonly string[],
): Promise<WebhookReplica> {
  const [port, opsPort] = await freePorts(2);
  const process = await startProductProcess({
    name,
    program: programPath('webhook', programs),
    args: [
      ...['--kubeconfig', kubeconfig, '--host', '127.0.0.1', '--extra-names', '127.0.0.1'],
      ...['--port', String(port), '--ops-port', String(opsPort), '--drain-ms', '500'],
      ...extra,
    ],
    dir,
    detached,
    isUp: (line) => line.message === 'serving admission',
  });
  return { process, url: `https://127.0.0.1:${port}`, opsUrl: `http://127.0.0.1:${opsPort}` };
}

/** Its name is its log file's, and its identity in the Lease. */
async function startWatcherProcess(
  { dir, detached, kubeconfig, queue, programs }: Setting,
  name: string,
  withQueue: boolean,
  extra: readonly string[],
): Promise<Replica> {
  const [opsPort] = await freePorts(1);
  const process = await startProductProcess({
    name,
    program: programPath('watcher', programs),
    args: [
      ...['--kubeconfig', kubeconfig, '--host', '127.0.0.1', '--ops-port', String(opsPort)],
      ...['--identity', name, '--drain-ms', '0'],
      ...(withQueue ? ['--queue-url', queue.url, '--sqs-endpoint', queue.endpoint] : []),
      // There is no ARC on a test's machine; who brings a stand-in says so in what is extra.
      ...['--arc', 'off'],
      ...extra,
    ],
    dir,
    detached,
    env: AWS_ENV,
    isUp: (line) => line.message === 'watching',
  });
  return { process, opsUrl: `http://127.0.0.1:${opsPort}` };
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
