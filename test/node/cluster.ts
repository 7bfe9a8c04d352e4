import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient, type KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import { loadKubeConfig } from '../../shared/kube/kube-config.ts';
import { resources } from '../../shared/kube/resource.ts';
import { ensureBinaries } from '../control-plane/binaries.ts';
import { karpenterCrdFiles } from '../control-plane/crd-files.ts';
import { type KubectlOptions, type KubectlResult, runKubectl } from '../control-plane/kubectl.ts';
import { createNodeClass } from '../installation/node-class.ts';

/** A cluster that runs pods, as test/node/run.ts has prepared it. */
export interface NodeCluster {
  readonly client: KubeClient;
  /** The image under test, which its nodes have or can pull. */
  readonly image: string;
  /**
   * The address at which pods reach what a test starts; `undefined` on a cluster that was given by KUBECONFIG, where
   * shifts are started by the command line instead of by AWS's stand-ins.
   */
  readonly address: string | undefined;
  /** A folder of this test file's. */
  readonly dir: string;
  readonly kubeconfig: string;
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  close(): Promise<void>;
}

function fromRunner(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this tier with npm run test:node`);
  return value;
}

/** Opens the cluster, with Karpenter's CRDs and an EC2NodeClass in it. Refuses one in which Zonewarden already is. */
export async function openCluster(): Promise<NodeCluster> {
  const kubeconfig = fromRunner('ZONEWARDEN_NODE_KUBECONFIG');
  const image = fromRunner('ZONEWARDEN_IMAGE');
  const { kubectl: binary } = await ensureBinaries();
  const client = createKubeClient({ kubeConfig: loadKubeConfig(kubeconfig), userAgent: 'test' });
  const dir = mkdtempSync(join(tmpdir(), 'zonewarden-node-'));
  const kubectl: NodeCluster['kubectl'] = (args, options = {}) =>
    runKubectl({ binary, args, kubeconfig, cacheDir: join(dir, 'kubectl-cache'), ...options });
  const cluster: NodeCluster = {
    ...{ client, image, dir, kubeconfig, kubectl },
    address: process.env.ZONEWARDEN_NODE_ADDRESS,
    async close() {
      client.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  if (await isInstalled(cluster)) {
    await cluster.close();
    throw new Error(`Zonewarden is already installed in the cluster of ${kubeconfig}; it is not touched`);
  }
  const crds = (await karpenterCrdFiles()).flatMap((file) => ['-f', file]);
  await kubectl(['apply', '--server-side', ...crds]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...crds]);
  await createNodeClass(client);
  return cluster;
}

/** Whether cert-manager's CRDs are there, and so, with luck, its controllers; asked before a test file has its cluster. */
export async function hasCertManager(): Promise<boolean> {
  const { kubectl: binary } = await ensureBinaries();
  const dir = mkdtempSync(join(tmpdir(), 'zonewarden-node-'));
  const { code } = await runKubectl({
    ...{ binary, kubeconfig: fromRunner('ZONEWARDEN_NODE_KUBECONFIG'), cacheDir: dir, allowFailure: true },
    args: ['get', 'crd', 'certificates.cert-manager.io', 'issuers.cert-manager.io'],
  });
  rmSync(dir, { recursive: true, force: true });
  return code === 0;
}

/** Takes everything out that a test may have left: the product, NodePools and NodeClaims. */
export async function clearCluster({ kubectl }: NodeCluster, overlay: string): Promise<void> {
  const quietly = { allowFailure: true };
  await kubectl(['delete', '-k', overlay, '--ignore-not-found', '--timeout=120s'], quietly);
  await kubectl(['delete', 'nodepools,nodeclaims', '--all', '--timeout=60s'], quietly);
}

async function isInstalled({ client }: NodeCluster): Promise<boolean> {
  try {
    await client.get(resources.mutatingWebhookConfigurations, { name: 'zonewarden' });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
