import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { applyInstallation, renderInstallation } from './rendered-manifests.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
});
afterAll(() => controlPlane?.stop());

const listSchema = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({ name: z.string(), resourceVersion: z.string() }),
    }),
  ),
});

/** `Kind name` to resourceVersion, for every object of the kinds that an installation has. */
async function versions(): Promise<Record<string, string>> {
  const kinds = [...new Set((await renderInstallation(controlPlane)).map((object) => object.kind))];
  const { stdout } = await controlPlane.kubectl(['get', kinds.join(','), '-n', 'zonewarden', '-o', 'json']);
  const { items } = listSchema.parse(JSON.parse(stdout));
  return Object.fromEntries(
    items.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
  );
}

/** Writes what the product itself writes, as it does. */
async function actAsTheProduct(): Promise<void> {
  const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');
  const patch = [0, 1].map((index) => ({
    op: 'add',
    path: `/webhooks/${index}/clientConfig/caBundle`,
    value: caBundle,
  }));
  for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
    await controlPlane.kubectl(['patch', kind, 'zonewarden', '--type=json', '-p', JSON.stringify(patch)]);
  }
  const namespaced = ['-n', 'zonewarden', 'create'];
  await controlPlane.kubectl([
    ...namespaced,
    'configmap',
    'zonewarden-impaired-zones',
    '--from-literal=use1-az1=x',
  ]);
  await controlPlane.kubectl([
    ...namespaced,
    'secret',
    'generic',
    'zonewarden-webhook-ca',
    '--from-literal=tls.crt=x',
  ]);
}

test('every object is created, and a second apply changes none, nor what the product wrote', async () => {
  const created = await applyInstallation(controlPlane);
  expect(created).toHaveLength((await renderInstallation(controlPlane)).length);
  for (const line of created) expect(line).toMatch(/ created$/);

  await actAsTheProduct();
  const before = await versions();
  expect(Object.keys(before)).toContain('Deployment zonewarden');
  expect(Object.keys(before)).toContain('MutatingWebhookConfiguration zonewarden');
  expect(Object.keys(before)).toContain('ConfigMap zonewarden-impaired-zones');

  const again = await applyInstallation(controlPlane);
  expect(await versions()).toEqual(before);
  // The selector of a PodDisruptionBudget is declared to be replaced as a whole (patchStrategy, policy/v1), so kubectl
  // always sends a patch and says 'configured'; that it was no write is seen above.
  const configured = again.filter((line) => !/ unchanged$/.test(line));
  expect(configured).toEqual(['poddisruptionbudget.policy/zonewarden configured']);
});

test('nothing that the product owns is in the manifests', async () => {
  const rendered = await renderInstallation(controlPlane);
  expect(JSON.stringify(rendered)).not.toContain('caBundle');
  const names = rendered.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).not.toContain('ConfigMap zonewarden-impaired-zones');
  expect(names.filter((name) => /^(Secret|Lease) /.test(name))).toEqual([]);
});

test('every object carries the recommended labels', async () => {
  for (const { kind, metadata } of await renderInstallation(controlPlane)) {
    expect({ kind, labels: metadata.labels }).toMatchObject({
      kind,
      labels: {
        'app.kubernetes.io/name': 'zonewarden',
        'app.kubernetes.io/instance': 'zonewarden',
        'app.kubernetes.io/part-of': 'zonewarden',
      },
    });
  }
});
