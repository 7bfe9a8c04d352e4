import { onTestFinished } from 'vitest';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';

/** A client that ends with the test. */
export function clientFor(kubeconfigPath: string): KubeClient {
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(kubeconfigPath),
    userAgent: 'zonewarden-test',
  });
  onTestFinished(() => client.close());
  return client;
}

/** Polls until the condition holds; the test's own time limit ends a wait that never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error,
  );
}

export const configMap = (name: string, data: Record<string, string>): KubeObject => ({
  metadata: { namespace: 'default', name },
  data,
});

/** A NodePool that the CRD accepts. */
export const nodePool = (name: string, zones: string[]): KubeObject => ({
  metadata: { name },
  spec: {
    template: {
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }],
      },
    },
  },
});
