import type { KubeClient } from '../../shared/kube/client.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';
import { askedPath } from '../../test/installation/asked-path.ts';
import { type Installation, install } from '../../test/installation/installation.ts';
import { inZones, nodePool } from '../../test/installation/node-pools.ts';
import { AWS_ENV } from '../../test/installation/queue.ts';
import { until } from '../../test/installation/until.ts';
import { type ArcApi, startArcApi } from '../../test/standins/arc-api.ts';
import { sideBySide } from '../side-by-side.ts';
import { createReplicaProbe, type ReplicaProbe } from './replica-probe.ts';

export const ZONE = { id: 'use1-az1', name: 'us-east-1a' };
export const HEALTHY = ['us-east-1b', 'us-east-1c'];
const ALL = [ZONE.name, ...HEALTHY];
export const NODES = 36;
const CLUSTER_ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/bench';

/** What the benchmark runs on: the product with two webhook replicas, one watcher, a queue and, if asked for, ARC. */
export interface Scene {
  readonly installation: Installation;
  readonly arc: ArcApi | undefined;
  /** One for each webhook replica; the API server calls the first one only. */
  readonly probes: readonly ReplicaProbe[];
  /** Makes NodePools until there are so many. */
  growTo(nodePools: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startScene(options: { readonly arc: boolean }): Promise<Scene> {
  const arc = options.arc
    ? await startArcApi({
        accessKeyId: AWS_ENV.AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_ENV.AWS_SECRET_ACCESS_KEY,
      })
    : undefined;
  arc?.model.register(CLUSTER_ARN);
  const arcArgs =
    arc === undefined ? [] : ['--arc', 'on', '--arc-endpoint', arc.endpoint, '--cluster-arn', CLUSTER_ARN];
  const installation = await install({ watcherArgs: arcArgs });
  try {
    const second = await installation.addWebhook('webhook-2');
    const { client } = installation;
    const caPem = await readCa(client);
    const probes = [installation.webhookUrl, second.url].map((url) =>
      createReplicaProbe(url, caPem, ALL, () => askedPath(client, 'mutate')),
    );
    await sideBySide(NODES, (index) => client.create(resources.nodes, nodeInZone(index)));
    let made = 0;
    return {
      installation,
      arc,
      probes,
      async growTo(nodePools) {
        const first = made;
        made = Math.max(made, nodePools);
        await sideBySide(made - first, (index) =>
          client.create(resources.nodePools, nodePool(`pool-${first + index}`, [inZones(...ALL)])),
        );
      },
      async stop() {
        for (const probe of probes) probe.close();
        await installation.stop();
        await arc?.stop();
      },
    };
  } catch (error) {
    await installation.stop();
    await arc?.stop();
    throw error;
  }
}

/** As Karpenter labels a Node that it launched in the zone. No kubelet and no controller does anything for it. */
function nodeInZone(index: number): KubeObject {
  const labels = { 'topology.k8s.aws/zone-id': ZONE.id, 'topology.kubernetes.io/zone': ZONE.name };
  return { metadata: { name: `node-${index}`, labels } };
}

async function readCa(client: KubeClient): Promise<string> {
  const secret = await client.get(resources.secrets, {
    namespace: 'zonewarden',
    name: 'zonewarden-webhook-ca',
  });
  const pem = (secret.data as Record<string, string>)['tls.crt'] ?? '';
  return Buffer.from(pem, 'base64').toString('utf8');
}

export function readRecord({ client }: Installation): Promise<KubeObject> {
  return client.get(resources.configMaps, { namespace: 'zonewarden', name: RECORD_NAME });
}

/** Waits until nothing of the shift is left: no zone in the record, no mark on a NodePool, no Node cordoned. */
export async function untilRestored(installation: Installation): Promise<void> {
  const { client } = installation;
  await until(
    'the record is empty',
    async () => Object.keys((await readRecord(installation)).data ?? {}).length === 0,
    120_000,
  );
  await until(
    'every NodePool and Node is as it was',
    async () => {
      const pools = (await client.listAll(resources.nodePools)).items;
      const nodes = (await client.listAll(resources.nodes)).items;
      return !pools.some(isChanged) && !nodes.some(isCordoned);
    },
    120_000,
  );
}

function isChanged({ metadata, spec }: KubeObject): boolean {
  return metadata.annotations !== undefined || !JSON.stringify(spec).includes(`"${ZONE.name}"`);
}

export function isCordoned({ spec }: KubeObject): boolean {
  return (spec as { unschedulable?: boolean } | undefined)?.unschedulable === true;
}

/** NodePools that could still launch in the zone. */
export async function nodePoolsInZone({ client }: Installation): Promise<number> {
  const { items } = await client.listAll(resources.nodePools);
  return items.filter(({ spec }) => JSON.stringify(spec).includes(`"${ZONE.name}"`)).length;
}
