import { setTimeout as wait } from 'node:timers/promises';
import { WEBHOOK_OPTIONS } from '../../webhook/options.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { type Installation, type InstallOptions, install, type WebhookReplica } from './installation.ts';
import { type LoadBalancer, startLoadBalancer } from './load-balancer.ts';
import { renderManifests } from './manifests.ts';
import { type Rollout, rolloutOf } from './rollout.ts';

/** One webhook process as an endpoint of the balancer. */
export interface Pod extends WebhookReplica {
  readonly name: string;
}

/** The product with as many webhooks as its Deployment wants, called through a load balancer. */
export interface BalancedInstallation extends Installation {
  readonly balancer: LoadBalancer;
  readonly rollout: Rollout;
  /** Those that were started and not yet asked to end, the oldest first. */
  pods(): readonly Pod[];
  /** Starts another one and resolves when it gets connections. */
  addPod(): Promise<Pod>;
  /** Deletes one as Kubernetes does: no endpoint any more, and SIGTERM, at once. Resolves when the process is gone. */
  deletePod(pod: Pod): Promise<void>;
  /** Another one for each, as the Deployment's strategy has it: a new one first, and an old one when that is ready. */
  rollingRestart(): Promise<void>;
}

/** The webhook drains as long as it does in a pod: by its default, not by what other tests are given. */
const DRAIN = WEBHOOK_OPTIONS.find(({ flags }) => flags.startsWith('--drain-ms '))?.default ?? '';

export async function installBehindBalancer(
  options: Omit<InstallOptions, 'callAt' | 'controlPlane'> = {},
): Promise<BalancedInstallation> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).reverse()) await each();
  };
  try {
    const controlPlane = await startControlPlane();
    undo.push(() => controlPlane.stop());
    const rollout = rolloutOf(await renderManifests(controlPlane));
    const balancer = await startLoadBalancer(rollout.probe);
    undo.push(() => balancer.stop());
    const pods: Pod[] = [];
    const join = async (replica: WebhookReplica): Promise<Pod> => {
      made += 1;
      const pod = { ...replica, name: `webhook-${made}` };
      pods.push(pod);
      balancer.add(pod);
      await balancer.untilIn(pod.name);
      return pod;
    };
    let made = 0;
    const webhookArgs = ['--drain-ms', DRAIN, ...(options.webhookArgs ?? [])];
    const installation = await install({
      ...options,
      webhookArgs,
      controlPlane,
      async callAt(first) {
        await join(first);
        return balancer.url;
      },
    });
    undo.push(() => installation.stop());
    const addPod = async (): Promise<Pod> =>
      join(await installation.addWebhook(`webhook-${made + 1}`, webhookArgs));
    const deletePod = async (pod: Pod): Promise<void> => {
      pods.splice(pods.indexOf(pod), 1);
      balancer.terminate(pod.name);
      await pod.process.stop('SIGTERM', rollout.graceMs);
    };
    while (pods.length < rollout.replicas) await addPod();
    return {
      ...installation,
      balancer,
      rollout,
      pods: () => [...pods],
      addPod,
      deletePod,
      async rollingRestart() {
        const ending: Promise<void>[] = [];
        for (const old of [...pods]) {
          await addPod();
          // The Deployment's controller waits for so long (minReadySeconds) before it calls the new one available.
          await wait(rollout.minReadyMs);
          // It does not wait for the old one's end.
          ending.push(deletePod(old));
        }
        await Promise.all(ending);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
