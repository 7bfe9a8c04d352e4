import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { applyManifests } from '../../installation/manifests.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { type Admission, startAdmission } from './admission.ts';
import { COUNTED, startCountingWebhook } from './counting-webhook.ts';
import type { Tools } from './pool-writers.ts';

/** A control plane with Karpenter's CRDs, our webhook, and another one after it. */
export interface RealCluster extends Tools {
  readonly pools: Admission['pools'];
  stop(): Promise<void>;
}

export async function startRealCluster(): Promise<RealCluster> {
  const [controlPlane, admission, counting] = await Promise.all([
    startControlPlane(),
    startAdmission(),
    startCountingWebhook(),
  ]);
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
    userAgent: 'zonewarden-test',
  });
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-histories-'));
  const cluster: RealCluster = {
    client,
    folder,
    kubectl: (args, options = {}) => controlPlane.kubectl(args, { allowFailure: true, ...options }),
    pools: admission.pools,
    async stop() {
      client.close();
      rmSync(folder, { recursive: true, force: true });
      await Promise.all([controlPlane.stop(), admission.stop(), counting.stop()]);
    },
  };
  try {
    await installKarpenterCrds(controlPlane);
    await applyManifests(controlPlane, [...admission.configurations, counting.configuration]);
    await untilAsked(cluster);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** The API server hears of configurations by watch: a NodePool that both webhooks change tells. */
async function untilAsked({ client, pools }: RealCluster): Promise<void> {
  const name = `${COUNTED}probe`;
  const probe = { set: { generation: 1, zones: [] }, asked: 0 };
  pools.set(name, probe);
  await until('both webhooks are asked', async () => {
    probe.asked = 0;
    await client.create(resources.nodePools, nodePool(name, [inZones('a')]), { dryRun: true });
    return probe.asked === 2;
  });
  pools.delete(name);
}
