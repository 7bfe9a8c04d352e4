import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import { policyInConfigMap } from '../../../shared/policy/document/policy-document.ts';
import { rulesInConfigMap } from '../../../shared/settings/rules-document.ts';
import { type Binaries, ensureBinaries } from '../../control-plane/binaries.ts';
import { runKubectl } from '../../control-plane/kubectl.ts';
import { calledByUrl, isWebhookConfiguration } from '../../installation/manifests.ts';
import { kustomizationBelow, writeOverlay } from './documented-overlays.ts';
import { installations, type RenderedObject, renderInstallation } from './rendered-manifests.ts';

let binaries: Binaries;
beforeAll(async () => {
  binaries = await ensureBinaries();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'overlay-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Rendering needs no cluster, only its kubectl. */
function render(folder: string): Promise<RenderedObject[]> {
  const cacheDir = newFolder();
  const command = { binary: binaries.kubectl, kubeconfig: '/dev/null', cacheDir };
  return renderInstallation({ kubectl: (args) => runKubectl({ ...command, args }) }, folder);
}

const kustomization = (resources: readonly string[], components: readonly string[]) =>
  [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    `resources: [${['../zonewarden/config/base', ...resources].join(', ')}]`,
    `components: [${components.map((name) => `../zonewarden/config/components/${name}`).join(', ')}]`,
  ].join('\n');

function named(rendered: readonly RenderedObject[], kind: string, name: string): RenderedObject {
  const found = rendered.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

const deploymentSchema = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.looseObject({
            image: z.string(),
            env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
            envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })),
          }),
        ),
      }),
    }),
  }),
});
const deploymentIn = (rendered: readonly RenderedObject[]) =>
  deploymentSchema.parse(named(rendered, 'Deployment', 'zonewarden')).spec;
const containersIn = (rendered: readonly RenderedObject[]) => deploymentIn(rendered).template.spec.containers;

const configMapSchema = z.looseObject({ data: z.record(z.string(), z.string()) });
const hooksSchema = z.object({
  webhooks: z.array(
    z.looseObject({ name: z.string(), failurePolicy: z.string(), clientConfig: z.looseObject({}) }),
  ),
});
const hooksIn = (rendered: readonly RenderedObject[]) =>
  ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].flatMap(
    (kind) => hooksSchema.parse(named(rendered, kind, 'zonewarden')).webhooks,
  );

describe('docs/install.md', () => {
  test('its own overlay has all four components, the options and the image', async () => {
    const rendered = await render(writeOverlay(newFolder(), kustomizationBelow('## An overlay of your own')));
    const kinds = rendered.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['Certificate', 'ServiceMonitor', 'NetworkPolicy']));
    expect(JSON.stringify(rendered)).not.toContain('self-managed');
    expect(deploymentIn(rendered).replicas).toBe(3);

    for (const { image, envFrom } of containersIn(rendered)) {
      expect(image).toBe('registry.example.test/zonewarden:0.1.0');
      const [options = ''] = envFrom.map(({ configMapRef }) => configMapRef.name);
      const { data } = configMapSchema.parse(named(rendered, 'ConfigMap', options));
      expect(data.ZONEWARDEN_QUEUE_URL).toBe('https://sqs.us-east-1.amazonaws.com/111122223333/zonewarden');
      expect(data).toHaveProperty('ZONEWARDEN_ARC', '');
    }
  });

  test('an image by digest has no tag beside it', async () => {
    const rendered = await render(writeOverlay(newFolder(), kustomizationBelow('## Image')));
    for (const { image } of containersIn(rendered)) {
      expect(image).toMatch(/^registry\.example\.test\/zonewarden@sha256:[0-9a-f]{64}$/);
    }
  });
});

test('with monitoring, a single replica is not asked to be two', async () => {
  const components = ['self-managed-certs', 'monitoring', 'single'];
  const rendered = await render(writeOverlay(newFolder(), kustomization([], components)));
  const rules = rendered.filter(({ kind }) => kind === 'PrometheusRule');
  expect(rules.map(({ metadata }) => metadata.name)).toEqual(['zonewarden']);
  expect(deploymentIn(rendered).replicas).toBe(1);
});

test('by URL and with pods, both configurations and the certificate have the one address', async () => {
  const address = [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: zonewarden-address',
    '  annotations: { config.kubernetes.io/local-config: "true" }',
    'data: { address: "hooks.example.test:9443" }',
  ].join('\n');
  const overlay = kustomization(['address.yaml'], ['self-managed-certs', 'url']);
  const rendered = await render(writeOverlay(newFolder(), overlay, { 'address.yaml': address }));
  const at = 'https://hooks.example.test:9443';
  const named = ['/mutate', '/mutate', '/validate', '/validate'];
  expect(hooksIn(rendered).map(({ clientConfig }) => clientConfig)).toEqual(
    named.map((path) => ({ url: `${at}${path}/if-this-fails-see/docs/break-glass.md` })),
  );
  expect(containersIn(rendered)[0]?.env).toContainEqual({
    name: 'ZONEWARDEN_WEBHOOK_EXTRA_NAMES',
    value: 'hooks.example.test',
  });
  expect(JSON.stringify(rendered)).not.toContain('zonewarden-address');

  // Every test with the product as processes installs what calledByUrl makes of the default.
  const usual = (await render('.')).filter(isWebhookConfiguration);
  expect(rendered.filter(isWebhookConfiguration)).toEqual(usual.map((hook) => calledByUrl(hook, at)));
});

test('audit-only: every source is only recorded, the policy denies nothing, and nothing can stop a write', async () => {
  const rendered = await render('config/overlays/audit-only');
  const rules = rulesInConfigMap(configMapSchema.parse(named(rendered, 'ConfigMap', 'zonewarden-config')));
  expect(new Set(Object.values(rules.kinds))).toEqual(new Set(['record']));
  const policy = policyInConfigMap(configMapSchema.parse(named(rendered, 'ConfigMap', 'zonewarden-policy')));
  expect(policy).toEqual({ ...DEFAULT_POLICY, mode: 'audit' });
  expect(hooksIn(rendered).map(({ failurePolicy }) => failurePolicy)).toEqual(Array(4).fill('Ignore'));
  expect(named(rendered, 'ValidatingAdmissionPolicyBinding', 'zonewarden')).toHaveProperty(
    ['spec', 'validationActions'],
    ['Audit'],
  );
});

const conditionsSchema = z.object({
  spec: z.object({ matchConditions: z.array(z.object({ expression: z.string() })) }),
});

test.each(installations)(
  '%s: the account whose writes are limited is the one that the pods run as',
  async (folder) => {
    const rendered = await render(folder);
    const policy = conditionsSchema.parse(
      named(rendered, 'ValidatingAdmissionPolicy', 'zonewarden-own-writes'),
    );
    const { name, namespace = '' } = named(rendered, 'ServiceAccount', 'zonewarden').metadata;
    expect(policy.spec.matchConditions.map(({ expression }) => expression)).toEqual([
      `request.userInfo.?username.orValue('') == 'system:serviceaccount:' + '${namespace}' + ':' + '${name}'`,
    ]);
  },
);

test('fail-open changes the failure policy of NodePools and nothing else', async () => {
  // The limits of the product itself concern nobody else's writes.
  const others = async (folder: string) =>
    JSON.stringify(
      (await render(folder)).filter(({ metadata }) => metadata.name !== 'zonewarden-own-writes'),
    );
  const usual = await others('.');
  expect(usual.match(/"failurePolicy":"Fail"/g)).toHaveLength(2);
  const open = await others('config/overlays/fail-open');
  expect(open).toBe(usual.replaceAll('"failurePolicy":"Fail"', '"failurePolicy":"Ignore"'));
});

test('cert-manager: the certificate is for the Service that is called, mounted, and injected everywhere', async () => {
  const rendered = await render('config/overlays/cert-manager');
  const certificate = named(rendered, 'Certificate', 'zonewarden-webhook');
  expect(certificate).toMatchObject({
    spec: {
      dnsNames: expect.arrayContaining(['zonewarden-webhook.zonewarden.svc']),
      secretName: 'zonewarden-webhook-tls',
      privateKey: { rotationPolicy: 'Always' },
    },
  });
  expect(named(rendered, 'Deployment', 'zonewarden')).toMatchObject({
    spec: {
      template: {
        spec: { volumes: [{ name: 'certs', secret: { secretName: 'zonewarden-webhook-tls' } }] },
      },
    },
  });
  expect(containersIn(rendered)).toMatchObject([
    {
      name: 'webhook',
      env: expect.arrayContaining([{ name: 'ZONEWARDEN_WEBHOOK_CERT_DIR', value: '/certs' }]),
      volumeMounts: [{ name: 'certs', mountPath: '/certs', readOnly: true }],
    },
    { name: 'watcher' },
  ]);
  const configurations = rendered.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
  expect(configurations.map(({ metadata }) => metadata.annotations)).toEqual(
    Array(2).fill({ 'cert-manager.io/inject-ca-from': 'zonewarden/zonewarden-webhook' }),
  );
});
