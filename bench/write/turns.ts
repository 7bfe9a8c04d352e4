import { autoshiftEvent } from '../../demo/events.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { Installation } from '../../test/installation/installation.ts';
import { until } from '../../test/installation/until.ts';
import { certificatesIn, type RunningWebhook, startBare, startControllerRuntime } from './peers.ts';
import {
  ownRegistration,
  pathsOf,
  type Registration,
  registrationOf,
  withNewestPath,
} from './registration.ts';
import { nextNodePool } from './timed-writes.ts';

export const TURNS = ['none', 'bare', 'bare twice', 'zonewarden', 'controller-runtime'] as const;
export type TurnName = (typeof TURNS)[number];

/** Who answers admission for a while. */
export interface Turn {
  readonly name: TurnName;
  /** It is not asked without an API server in between: another turn asks the same server. */
  readonly onlyWrites?: true;
  start(): Promise<{ readonly webhook?: RunningWebhook; readonly registration: Registration }>;
  /** Whether a stored NodePool is what it makes of it. */
  isRight(stored: KubeObject): boolean;
}

const AWAY = { id: 'use1-az1', name: 'us-east-1a' };

const zonesLeft = (pool: KubeObject) => JSON.stringify(pool.spec).includes(`"${AWAY.name}"`);
const isMarked = (pool: KubeObject) => pool.metadata.annotations?.['zonewarden.io/declared'] !== undefined;
const isBares = (pool: KubeObject) => pool.metadata.annotations?.bench === 'bare';

/**
 * Brings the zone away, and takes out of the installation what is no webhook: the watcher, which would nudge what peers
 * leave unpruned, and the policy fallback, which would refuse it.
 */
export async function turnsOf(installation: Installation, folder: string): Promise<readonly Turn[]> {
  const { client, queue, watcher, webhook, webhookUrl } = installation;
  await queue.send(autoshiftEvent('Autoshift In Progress', AWAY.id));
  await until('the zone is kept out', async () => {
    const stored = await client.create(resources.nodePools, nextNodePool(), { dryRun: true });
    return isMarked(stored) && !zonesLeft(stored);
  });
  await watcher.stop();
  await client.delete(resources.validatingAdmissionPolicyBindings, { name: 'zonewarden' });
  const own = await ownRegistration(client);
  const certificates = await certificatesIn(folder);
  const peer = async (name: string, started: RunningWebhook) => ({
    webhook: started,
    registration: registrationOf(name, started),
  });
  return [
    {
      name: 'none',
      start: async () => ({ registration: {} }),
      isRight: (stored) => zonesLeft(stored) && !isMarked(stored) && !isBares(stored),
    },
    {
      name: 'bare',
      start: async () => peer('bare', await startBare(certificates, { mutate: '/mutate' })),
      isRight: (stored) => zonesLeft(stored) && isBares(stored),
    },
    {
      name: 'bare twice',
      onlyWrites: true,
      start: async () =>
        peer('bare', await startBare(certificates, { mutate: '/mutate', validate: '/validate' })),
      isRight: (stored) => zonesLeft(stored) && isBares(stored),
    },
    {
      name: 'zonewarden',
      async start() {
        await webhook.stop('SIGKILL');
        await webhook.start();
        const registration = await withNewestPath(client, own);
        const running = {
          pid: webhook.pid,
          port: Number(new URL(webhookUrl).port),
          caPem: await caOf(installation),
          paths: pathsOf(registration),
          stop: () => webhook.stop(),
        };
        return { webhook: running, registration };
      },
      isRight: (stored) => !zonesLeft(withoutMark(stored)) && isMarked(stored),
    },
    {
      name: 'controller-runtime',
      start: async () => peer('controller-runtime', await startControllerRuntime(certificates, AWAY.name)),
      isRight: (stored) => !zonesLeft(stored) && !isMarked(stored) && !isBares(stored),
    },
  ];
}

/** The zone stands in the mark too, which is no list. */
function withoutMark(pool: KubeObject): KubeObject {
  return { metadata: {}, spec: pool.spec };
}

async function caOf({ client }: Installation): Promise<string> {
  const at = { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' };
  const { data } = await client.get(resources.secrets, at);
  const pem = typeof data === 'object' && data !== null ? Reflect.get(data, 'tls.crt') : undefined;
  return Buffer.from(String(pem), 'base64').toString('utf8');
}
