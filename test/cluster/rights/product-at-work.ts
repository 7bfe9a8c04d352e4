import { autoshiftEvent } from '../../../demo/events.ts';
import { KEYS_SECRET_NAME } from '../../../shared/keys/keys-document.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { type ResourceType, resources } from '../../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../../shared/record/record-document.ts';
import type { Installation } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import type { ProductProcess } from '../../installation/product-process.ts';
import { until } from '../../installation/until.ts';
import { createNode } from '../product/cordon-scenario.ts';
import { AWAY, THREE, TWO, zonesOf } from '../product/scenario.ts';

/**
 * Everything that the product does with the API server, once, in a few seconds: from nothing of its own to an impaired
 * zone. What it was refused shows in its log.
 */

const OWN: readonly (readonly [ResourceType, string])[] = [
  [resources.configMaps, RECORD_NAME],
  [resources.secrets, 'zonewarden-webhook-ca'],
  [resources.secrets, KEYS_SECRET_NAME],
  [resources.leases, 'zonewarden-watcher'],
];
const CONFIGURATIONS = [resources.mutatingWebhookConfigurations, resources.validatingWebhookConfigurations];

export interface Work {
  /** What is still to be done, in words; empty when the product has done all of it. */
  outstanding(): Promise<readonly string[]>;
  /** What the API server refused since the work began: `patch nodes`, by verb and resource. */
  refused(): readonly string[];
  end(): Promise<void>;
}

/** Ends the product, takes away all that it has made, and starts it again. Does not wait for it to be up. */
export async function beginWork(installation: Installation): Promise<Work> {
  const { webhook, watcher, client } = installation;
  const processes = [webhook, watcher];
  await Promise.all(processes.map((each) => each.stop('SIGKILL')));
  for (const [type, name] of OWN)
    await client.delete(type, { namespace: 'zonewarden', name }).catch(unlessGone);
  await forgetConfigurations(installation);
  await client.delete(resources.nodes, { name: 'in-zone' }).catch(unlessGone);
  await createNode(installation, 'in-zone');
  const seen = new Map(processes.map((each) => [each, each.lines().length]));
  for (const each of processes) void each.start().catch(() => undefined);
  const lines = (each: ProductProcess) => each.lines().slice(seen.get(each) ?? 0);
  const event = autoshiftEvent('Autoshift In Progress', AWAY.id);
  let sentAt = 0;
  let isDamaged = false;
  let areKeysDamaged = false;
  return {
    async outstanding() {
      // Again and again: a poll of the process that was killed may have swallowed it.
      if (Date.now() > sentAt + 1000 && lines(watcher).some(({ message }) => message === 'watching')) {
        sentAt = Date.now();
        await installation.queue.send(event);
      }
      if (!isDamaged) isDamaged = await damageSecret(installation, 'zonewarden-webhook-ca', 'tls.key');
      if (!areKeysDamaged) areKeysDamaged = await damageSecret(installation, KEYS_SECRET_NAME, 'mark-keys');
      return undone(installation, isDamaged && areKeysDamaged);
    },
    refused: () => [...new Set(processes.flatMap((each) => lines(each).flatMap(refusalsIn)))],
    async end() {
      await Promise.all(processes.map((each) => each.stop('SIGKILL')));
    },
  };
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

/** Neither caBundle nor the policy's variables, and an unpruned NodePool, which nobody is asked about. */
async function forgetConfigurations({ client, controlPlane }: Installation): Promise<void> {
  const saved: KubeObject[] = [];
  for (const type of CONFIGURATIONS) {
    const found = await client.get(type, { name: 'zonewarden' });
    const { webhooks } = found as unknown as { webhooks: { clientConfig: { caBundle?: string } }[] };
    for (const { clientConfig } of webhooks) delete clientConfig.caBundle;
    saved.push(found);
    await client.delete(type, { name: 'zonewarden' });
  }
  const empty = { spec: { variables: null, validations: null } };
  await controlPlane.kubectl([
    ...['patch', 'validatingadmissionpolicy', 'zonewarden', '--type=merge', '-p', JSON.stringify(empty)],
  ]);
  await until('an unpruned NodePool is stored', async () => {
    await client.delete(resources.nodePools, { name: 'web' }).catch(unlessGone);
    const made = await client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
    return JSON.stringify(zonesOf(made)) === JSON.stringify([inZones(...THREE)]);
  });
  for (const [index, type] of CONFIGURATIONS.entries()) {
    const { metadata: _old, ...rest } = saved[index] ?? { metadata: {} };
    await client.create(type, { ...rest, metadata: { name: 'zonewarden' } });
  }
}

/** As somebody would who edits what they should not; false while there is none. */
async function damageSecret({ client }: Installation, name: string, key: string): Promise<boolean> {
  const data = { [key]: Buffer.from('garbage').toString('base64') };
  const at = { namespace: 'zonewarden', name };
  try {
    await client.patch(resources.secrets, at, { kind: 'merge', body: { data } });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function undone({ client }: Installation, isDamaged: boolean): Promise<string[]> {
  const pool = await client.get(resources.nodePools, { name: 'web' });
  const node = await client.get(resources.nodes, { name: 'in-zone' });
  const events = await client.listAll(resources.events, { namespace: 'zonewarden' });
  const configurations = await Promise.all(
    CONFIGURATIONS.map((type) => client.get(type, { name: 'zonewarden' })),
  );
  const textIn = async (name: string, key: string) => {
    const secret = await client.get(resources.secrets, { namespace: 'zonewarden', name });
    return Buffer.from((secret.data as Record<string, string> | undefined)?.[key] ?? '', 'base64').toString();
  };
  const [key, keys] = isDamaged
    ? [await textIn('zonewarden-webhook-ca', 'tls.key'), await textIn(KEYS_SECRET_NAME, 'mark-keys')]
    : ['', ''];
  const parts: Readonly<Record<string, boolean>> = {
    'the NodePool is pruned': JSON.stringify(zonesOf(pool)) === JSON.stringify([inZones(...TWO)]),
    'the Node is cordoned': JSON.stringify(node.spec).includes('"unschedulable":true'),
    'an Event is there': events.items.length > 0,
    'both configurations have a caBundle': configurations.every((one) =>
      JSON.stringify(one).includes('caBundle'),
    ),
    'the Secret is healed': key.includes('PRIVATE KEY'),
    'the Secret of the keys is healed': keys.includes('madeAt'),
  };
  return Object.entries(parts).flatMap(([part, isDone]) => (isDone ? [] : [part]));
}

const REFUSAL = /cannot (\w+) resource \\?"(\w+)\\?"/g;

function refusalsIn(line: Record<string, unknown>): string[] {
  return [...JSON.stringify(line).matchAll(REFUSAL)].map(([, verb, resource]) => `${verb} ${resource}`);
}
