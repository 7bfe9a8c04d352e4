import { z } from 'zod';
import { until } from '../installation/until.ts';
import type { NodeCluster } from './cluster.ts';

/** The pods of an installation, as tests look at them. */

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
  }),
  status: z.object({
    conditions: z
      .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string() }))
      .default([]),
    containerStatuses: z
      .array(
        z.object({
          name: z.string(),
          ready: z.boolean(),
          restartCount: z.number(),
          state: z.object({ running: z.object({ startedAt: z.string() }).optional() }),
        }),
      )
      .default([]),
  }),
});
export type Pod = z.infer<typeof podSchema>;
const listSchema = z.object({ items: z.array(podSchema) });

const OURS = ['-n', 'zonewarden', '-l', 'app.kubernetes.io/name=zonewarden'];

export async function podsOf({ kubectl }: NodeCluster): Promise<Pod[]> {
  const { stdout } = await kubectl(['get', 'pods', ...OURS, '-o', 'json']);
  return listSchema.parse(JSON.parse(stdout)).items.filter((pod) => !pod.metadata.deletionTimestamp);
}

export function isReady({ status }: Pod): boolean {
  return status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

/** Waits for the rollout, then for no other pods than ready ones. On failure, what the pods say about themselves. */
export async function untilRolledOut(cluster: NodeCluster, replicas = 2): Promise<Pod[]> {
  const { kubectl } = cluster;
  const rollout = ['rollout', 'status', 'deployment/zonewarden', '-n', 'zonewarden', '--timeout=120s'];
  try {
    await kubectl(rollout);
    const found = await until('only ready pods are left', async () => {
      const pods = await podsOf(cluster);
      return pods.length === replicas && pods.every(isReady) ? pods : undefined;
    });
    return found.value;
  } catch (error) {
    const { stdout } = await kubectl(['describe', 'pods', ...OURS], { allowFailure: true });
    const logs = await kubectl(['logs', ...OURS, '--all-containers', '--tail=20'], { allowFailure: true });
    throw new Error(`not rolled out:\n${stdout.slice(-6000)}\n${logs.stdout.slice(-6000)}`, { cause: error });
  }
}

/** The log lines of one container of every pod that runs now. */
export async function logLines(cluster: NodeCluster, container: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await cluster.kubectl(['logs', ...OURS, '-c', container, '--tail=-1']);
  return stdout.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    return [JSON.parse(line) as Record<string, unknown>];
  });
}

/** `/metrics`, `/readyz` or another path of a pod's second port, through the API server: there is no other way in. */
export async function askPod(cluster: NodeCluster, pod: string, port: number, path: string): Promise<string> {
  const { stdout } = await cluster.kubectl([
    ...['get', '--raw', `/api/v1/namespaces/zonewarden/pods/${pod}:${port}/proxy${path}`],
  ]);
  return stdout;
}
