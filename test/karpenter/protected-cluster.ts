import { z } from 'zod';
import { DECLARED_ANNOTATION } from '../../shared/enforcement/declared-annotation.ts';
import { resources } from '../../shared/kube/resource.ts';
import { type Installation, type InstallOptions, install } from '../installation/installation.ts';
import {
  type KarpenterCluster,
  type KarpenterClusterOptions,
  startKarpenterCluster,
} from '../karpenter-kwok/cluster.ts';
import { KWOK_ZONES } from '../karpenter-kwok/zones.ts';
import { waitFor } from './wait-for.ts';

/** The zone that is taken away in these tests. */
export const AWAY = { id: 'test-az1', name: KWOK_ZONES['test-az1'] ?? '' };

/** A cluster with Karpenter in which the product is installed. */
export interface ProtectedCluster extends KarpenterCluster {
  readonly installation: Installation;
}

/**
 * Starts the cluster and installs the product in it, both of its processes under their own RBAC. Without arguments for
 * the product it has its defaults.
 */
export async function startProtectedCluster(
  options: KarpenterClusterOptions = {},
  product: Pick<InstallOptions, 'webhookArgs' | 'watcherArgs'> = {},
): Promise<ProtectedCluster> {
  const cluster = await startKarpenterCluster(options);
  try {
    const installation = await install({
      controlPlane: cluster.controlPlane,
      zones: KWOK_ZONES,
      withoutPods: true,
      ...product,
    });
    return {
      ...cluster,
      installation,
      async stop() {
        await installation.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Waits until each of the NodePools was changed because of a zone. */
export async function untilChanged(cluster: ProtectedCluster, pools: readonly string[]): Promise<void> {
  await waitFor(
    'the NodePools are changed',
    async () => {
      const { items } = await cluster.client.listAll(resources.nodePools);
      return items
        .filter(({ metadata }) => metadata.annotations?.[DECLARED_ANNOTATION] === undefined)
        .map(({ metadata }) => metadata.name ?? '')
        .filter((name) => pools.includes(name));
    },
    (unchanged) => unchanged.length === 0,
  );
}

const recordLineSchema = z.object({
  message: z.literal('the record of impaired zones was read'),
  time: z.string(),
  zones: z.array(z.object({ id: z.string() })),
});

/** When the webhook had read a record with the zone in it, by its own log; ms since 1970. */
export async function untilRecordRead(cluster: ProtectedCluster, zoneId: string): Promise<number> {
  const look = () =>
    cluster.installation.webhook.lines().flatMap((line) => {
      const read = recordLineSchema.safeParse(line);
      return read.success && read.data.zones.some(({ id }) => id === zoneId) ? [read.data.time] : [];
    });
  const [time = ''] = await waitFor('the webhook has read the record', look, (times) => times.length > 0);
  return Date.parse(time);
}
