import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { isTrouble } from '../../../shared/stores/store-problem.ts';
import {
  AUTHORITY_LIFETIME_MS,
  LEAF_LIFETIME_MS,
  leafProblem,
} from '../../../webhook/certificates/authority.ts';
import { createCertificateKeeper } from '../../../webhook/certificates/certificate-keeper.ts';
import type { CertificateSource, ServingPair } from '../../../webhook/certificates/certificate-source.ts';
import { createRegistrationKeeper } from '../../../webhook/registration/registration-keeper.ts';
import { createRegistrationWatch } from '../../../webhook/registration/registration-watch.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';

const root = new URL('../../../', import.meta.url).pathname;
const secretAt = { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' };

let controlPlane: ControlPlane;
/** Has the rights of the manifests and no others. */
let product: KubeClient;
let admin: KubeClient;

const clientOf = (kubeconfig: string) =>
  createKubeClient({ kubeConfig: loadKubeConfig(kubeconfig), userAgent: 'zonewarden-test' });

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await controlPlane.kubectl(['apply', '-k', root]);
  admin = clientOf(controlPlane.kubeconfigPath);
  product = clientOf(await controlPlane.serviceAccountKubeconfig('zonewarden', 'zonewarden'));
});
afterAll(async () => {
  product?.close();
  admin?.close();
  await controlPlane?.stop();
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

interface Replica {
  readonly keeper: CertificateSource;
  /** The newest serving certificate. */
  pair(): ServingPair | undefined;
  /** `made`, `found`, `replaced`: how each CA came. */
  readonly authorities: string[];
  readonly patches: string[];
  readonly failures: string[];
}

/** What each replica of the webhook runs, under the product's service account; it ends with the test. */
function startReplica(name = 'zonewarden', client = product): Replica {
  let pair: ServingPair | undefined;
  const authorities: string[] = [];
  const patches: string[] = [];
  const failures: string[] = [];
  const registrations = createRegistrationWatch({
    client,
    name,
    onProblem: (kind, error) => isTrouble(kind) && failures.push(String(error)),
  });
  const keeper = createCertificateKeeper({
    client,
    ...{ namespace: 'zonewarden', secretName: 'zonewarden-webhook-ca' },
    ...{ serviceName: 'zonewarden-webhook', extraNames: ['127.0.0.1'] },
    ...{ caDurationMs: AUTHORITY_LIFETIME_MS, leafDurationMs: LEAF_LIFETIME_MS },
    registrations,
    now: Date.now,
    events: {
      serve(newest) {
        pair = newest;
      },
      authority: ({ outcome }) => void authorities.push(outcome),
      trust: () => writer.look(),
      failure: (_what, error) => failures.push(String(error)),
    },
  });
  const writer = createRegistrationKeeper({
    client,
    registrations,
    fields: keeper.trust === undefined ? [] : [keeper.trust],
    onWrite: (kind, _field, outcome, error) =>
      outcome === 'patched' ? patches.push(kind) : failures.push(String(error)),
  });
  registrations.start();
  keeper.start();
  writer.start();
  onTestFinished(async () => {
    await Promise.all([keeper.stop(), writer.stop(), registrations.stop()]);
  });
  return { keeper, pair: () => pair, authorities, patches, failures };
}

async function startReplicas(count: number): Promise<Replica[]> {
  const replicas = Array.from({ length: count }, () => startReplica());
  await untilReady(replicas);
  return replicas;
}

const untilReady = (replicas: readonly Replica[]) =>
  until(() => {
    for (const { keeper } of replicas) expect(keeper.problem()).toBeUndefined();
  });

const configurations = [resources.mutatingWebhookConfigurations, resources.validatingWebhookConfigurations];
const webhooksSchema = z.object({
  webhooks: z.array(z.object({ clientConfig: z.looseObject({ caBundle: z.string().default('') }) })),
});

/** What every webhook of both configurations trusts, as text, each different one once. */
async function trusted(): Promise<string[]> {
  const bundles = new Set<string>();
  for (const type of configurations) {
    const { webhooks } = webhooksSchema.parse(await admin.get(type, { name: 'zonewarden' }));
    for (const { clientConfig } of webhooks)
      bundles.add(Buffer.from(clientConfig.caBundle, 'base64').toString());
  }
  return [...bundles];
}

async function storedCa(): Promise<string> {
  const { data } = z
    .object({ data: z.object({ 'tls.crt': z.string() }) })
    .parse(await admin.get(resources.secrets, secretAt));
  return Buffer.from(data['tls.crt'], 'base64').toString();
}

/** Everything that a start may write, with its version. */
async function versions(): Promise<(string | undefined)[]> {
  const objects = [
    await admin.get(resources.secrets, secretAt),
    ...(await Promise.all(configurations.map((type) => admin.get(type, { name: 'zonewarden' })))),
  ];
  return objects.map((object) => object.metadata.resourceVersion);
}

test('five replicas that start together make one Secret and fill every caBundle; a later start writes nothing', async () => {
  const replicas = await startReplicas(5);
  expect(replicas.filter(({ authorities }) => authorities.includes('made'))).toHaveLength(1);
  const caPem = await storedCa();
  expect(await trusted()).toEqual([caPem]);
  const patches = replicas.flatMap((replica) => replica.patches);
  expect(patches.sort()).toEqual(configurations.map(({ kind }) => kind));
  for (const replica of replicas) {
    expect(leafProblem(replica.pair()?.certPem ?? '', caPem, new Date())).toBeUndefined();
  }
  const before = await versions();
  const [late] = await startReplicas(1);
  expect(late?.authorities).toEqual(['found']);
  expect(late?.failures).toEqual([]);
  expect(await versions()).toEqual(before);
});

const garbage = { data: { 'tls.key': Buffer.from('garbage').toString('base64') } };

test.each<[string, () => Promise<unknown>]>([
  ['deleted', () => admin.delete(resources.secrets, secretAt)],
  ['damaged', () => admin.patch(resources.secrets, secretAt, { kind: 'merge', body: garbage })],
])(
  'a Secret that is %s is healed at once, and both CAs are trusted before one replica serves the new one',
  async (_, harm) => {
    const replicas = await startReplicas(3);
    const old = await storedCa();
    const pairs = replicas.map((replica) => replica.pair());
    await harm();
    await until(async () => expect(await storedCa()).not.toBe(old));
    const caPem = await storedCa();
    await until(async () => {
      const bundles = await trusted();
      expect(bundles).toHaveLength(1);
      expect(bundles[0]).toMatch(new RegExp(`^${caPem}${old}`.replaceAll('+', '\\+')));
    });
    for (const [index, replica] of replicas.entries()) {
      await until(() => expect(replica.pair()).not.toBe(pairs[index]));
      expect(leafProblem(replica.pair()?.certPem ?? '', caPem, new Date())).toBeUndefined();
    }
    await untilReady(replicas);
  },
);

test('what kubectl replace takes out of the configurations is back within moments', async () => {
  const replicas = await startReplicas(2);
  const before = await trusted();
  for (const type of configurations) {
    const { metadata, webhooks, ...rest } = await admin.get(type, { name: 'zonewarden' });
    const bare = z
      .array(z.looseObject({ clientConfig: z.looseObject({ caBundle: z.unknown() }) }))
      .parse(webhooks);
    for (const { clientConfig } of bare) delete clientConfig.caBundle;
    await admin.replace(type, {
      ...rest,
      metadata: { name: 'zonewarden', resourceVersion: metadata.resourceVersion ?? '' },
      webhooks: bare,
    });
  }
  // The CA in the Secret is all that must be back: nobody serves what others signed any more.
  await until(async () => expect(await trusted()).toEqual([await storedCa()]));
  expect(before[0]).toContain(await storedCa());
  await untilReady(replicas);
  expect(replicas.flatMap(({ patches }) => patches).sort()).toEqual(configurations.map(({ kind }) => kind));
});

/** A webhook that allows everything and counts; served with a leaf of the product. */
async function serveAdmission(): Promise<{ url: string; calls: () => number }> {
  const [replica] = await startReplicas(1);
  const { certPem = '', keyPem = '' } = replica?.pair() ?? {};
  let calls = 0;
  const server = createServer({ cert: certPem, key: keyPem }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    calls += 1;
    const { uid } = z.object({ request: z.object({ uid: z.string() }) }).parse(JSON.parse(body)).request;
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid, allowed: true },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, calls: () => calls };
}

test('the API server calls a webhook with such a leaf once its caBundle is filled, and not before', async () => {
  const { url, calls } = await serveAdmission();
  for (const type of configurations) {
    const webhook = {
      name: 'trial.zonewarden.io',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      clientConfig: { url },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
      matchConditions: [{ name: 'trial', expression: "object.metadata.name == 'trial'" }],
    };
    await admin.create(type, { metadata: { name: 'trial' }, webhooks: [webhook] });
    onTestFinished(() => admin.delete(type, { name: 'trial' }));
  }
  const attempt = () =>
    admin
      .create(resources.configMaps, { metadata: { name: 'trial', namespace: 'default' } }, { dryRun: true })
      .then(
        () => 'admitted',
        (error: Error) => error.message,
      );
  await vi.waitFor(async () => expect(await attempt()).toMatch(/certificate signed by unknown authority/), {
    timeout: 30_000,
  });
  expect(calls()).toBe(0);

  const other = startReplica('trial', admin);
  await untilReady([other]);
  expect([...new Set(other.patches)].sort()).toEqual(configurations.map(({ kind }) => kind));
  await vi.waitFor(async () => expect(await attempt()).toBe('admitted'), { timeout: 30_000 });
  expect(calls()).toBeGreaterThanOrEqual(2);
});
