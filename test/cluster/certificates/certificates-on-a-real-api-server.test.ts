import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type BundleReport, injectCaBundle } from '../../../webhook/certificates/ca-bundle-injection.ts';
import { ensureServingCertificate } from '../../../webhook/certificates/serving-certificate.ts';
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

const ensure = () =>
  ensureServingCertificate({
    client: product,
    namespace: 'zonewarden',
    secretName: 'zonewarden-webhook-ca',
    serviceName: 'zonewarden-webhook',
    extraNames: ['127.0.0.1'],
    now: new Date(),
  });

async function inject(client: KubeClient, name: string, caPem: string): Promise<BundleReport[]> {
  const reports: BundleReport[] = [];
  await injectCaBundle({
    client,
    name,
    caPem,
    clock: () => new Date(),
    signal: AbortSignal.timeout(60_000),
    report: (report) => reports.push(report),
  });
  return reports;
}

const configurations = [resources.mutatingWebhookConfigurations, resources.validatingWebhookConfigurations];
const webhooksSchema = z.object({
  webhooks: z.array(z.object({ clientConfig: z.looseObject({ caBundle: z.string() }) })),
});

/** Everything that a start may write, with its version. */
async function versions(): Promise<(string | undefined)[]> {
  const objects = [
    await admin.get(resources.secrets, secretAt),
    ...(await Promise.all(configurations.map((type) => admin.get(type, { name: 'zonewarden' })))),
  ];
  return objects.map((object) => object.metadata.resourceVersion);
}

test('five replicas that start together make one Secret and fill every caBundle; a later start writes nothing', async () => {
  const starts = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const serving = await ensure();
      return { serving, reports: await inject(product, 'zonewarden', serving.caPem) };
    }),
  );
  expect(starts.filter(({ serving }) => serving.authority.outcome === 'made')).toHaveLength(1);
  const [caPem = ''] = new Set(starts.map(({ serving }) => serving.caPem));
  expect(new Set(starts.map(({ serving }) => serving.caPem))).toEqual(new Set([caPem]));
  const patched = starts.flatMap(({ reports }) => reports).filter(({ outcome }) => outcome === 'patched');
  expect(patched.map(({ kind }) => kind).sort()).toEqual(configurations.map(({ kind }) => kind));

  const secret = await admin.get(resources.secrets, secretAt);
  expect(secret).toMatchObject({
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': Buffer.from(caPem).toString('base64') },
  });
  for (const type of configurations) {
    const { webhooks } = webhooksSchema.parse(await admin.get(type, { name: 'zonewarden' }));
    expect(webhooks).toHaveLength(2);
    for (const { clientConfig } of webhooks)
      expect(Buffer.from(clientConfig.caBundle, 'base64').toString()).toBe(caPem);
  }

  const before = await versions();
  const again = await ensure();
  expect(again.authority).toEqual({ outcome: 'found' });
  const reports = await inject(product, 'zonewarden', again.caPem);
  expect(reports.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
  expect(await versions()).toEqual(before);
});

test('a damaged Secret is healed, and both CAs are trusted from then on', async () => {
  const old = await ensure();
  await inject(product, 'zonewarden', old.caPem);
  const damage = { data: { 'tls.key': Buffer.from('garbage').toString('base64') } };
  await admin.patch(resources.secrets, secretAt, { kind: 'merge', body: damage });
  const healed = await Promise.all([ensure(), ensure(), ensure()]);
  const outcomes = healed.map(({ authority }) => authority.outcome).sort();
  expect(outcomes).toEqual(['found', 'found', 'replaced']);
  expect(new Set(healed.map(({ caPem }) => caPem))).toHaveProperty('size', 1);

  const caPem = healed[0]?.caPem ?? '';
  await inject(product, 'zonewarden', caPem);
  for (const type of configurations) {
    const { webhooks } = webhooksSchema.parse(await admin.get(type, { name: 'zonewarden' }));
    for (const { clientConfig } of webhooks) {
      expect(Buffer.from(clientConfig.caBundle, 'base64').toString()).toBe(caPem + old.caPem);
    }
  }
});

/** A webhook that allows everything and counts; served with a leaf of the product. */
async function serveAdmission(): Promise<{ url: string; caPem: string; calls: () => number }> {
  const { certPem, keyPem, caPem } = await ensure();
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
  return { url: `https://127.0.0.1:${port}/`, caPem, calls: () => calls };
}

test('the API server calls a webhook with such a leaf once its caBundle is filled, and not before', async () => {
  const { url, caPem, calls } = await serveAdmission();
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

  const reports = await inject(admin, 'trial', caPem);
  expect(reports.map(({ outcome }) => outcome)).toEqual(['patched', 'patched']);
  await vi.waitFor(async () => expect(await attempt()).toBe('admitted'), { timeout: 30_000 });
  expect(calls()).toBeGreaterThanOrEqual(2);
});
