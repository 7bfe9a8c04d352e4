import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installCrds } from '../../control-plane/crds.ts';
import { goModuleFolder } from '../../karpenter-kwok/go-module-folder.ts';
import { actAsTheProduct } from './acting-as-the-product.ts';
import {
  applyInstallation,
  installations,
  installRoot,
  type RenderedObject,
  renderInstallation,
} from './rendered-manifests.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyInstallation(controlPlane, 'config/cert-manager-crds');
  const operator = await goModuleFolder(
    join(installRoot, 'test', 'monitoring-crds'),
    'github.com/prometheus-operator/prometheus-operator',
  );
  const crds = ['servicemonitors', 'prometheusrules'].map((plural) =>
    join(operator, 'example', 'prometheus-operator-crd', `monitoring.coreos.com_${plural}.yaml`),
  );
  await installCrds(controlPlane, crds);
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

/** `Kind name` to resourceVersion, for every object of ours of the kinds that were rendered or that the product writes. */
async function versions(rendered: readonly RenderedObject[]): Promise<Record<string, string>> {
  const kinds = [...new Set([...rendered.map(({ kind }) => kind), 'ConfigMap', 'Secret', 'Lease'])];
  const { stdout } = await controlPlane.kubectl(['get', kinds.join(','), '-n', 'zonewarden', '-o', 'json']);
  const ours = listSchema
    .parse(JSON.parse(stdout))
    .items.filter(({ metadata }) => metadata.name.startsWith('zonewarden'));
  return Object.fromEntries(
    ours.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
  );
}

test('a first apply creates every object', async () => {
  const created = await applyInstallation(controlPlane);
  expect(created).toHaveLength((await renderInstallation(controlPlane)).length);
  for (const line of created) expect(line).toMatch(/ created$/);
});

// One after the other over the same cluster: that is also how somebody changes from one to another.
test.each(installations)(
  '%s: a second apply changes no object, nor what the product wrote',
  async (folder) => {
    const rendered = await renderInstallation(controlPlane, folder);
    expectToBearLabels(rendered);
    expectToOwnNothingOfTheProducts(rendered);

    await applyInstallation(controlPlane, folder);
    await actAsTheProduct(controlPlane);
    const before = await versions(rendered);
    for (const { kind, metadata } of rendered) expect(before).toHaveProperty([`${kind} ${metadata.name}`]);
    expect(Object.keys(before)).toContain('ConfigMap zonewarden-impaired-zones');

    const again = await applyInstallation(controlPlane, folder);
    expect(await versions(rendered)).toEqual(before);
    // The selector of a PodDisruptionBudget is declared to be replaced as a whole (patchStrategy, policy/v1), so kubectl
    // always sends a patch and says 'configured'; that it was no write is seen above.
    const changed = again.filter((line) => !/ unchanged$/.test(line));
    expect(changed.filter((line) => line !== 'poddisruptionbudget.policy/zonewarden configured')).toEqual([]);
  },
);

function expectToOwnNothingOfTheProducts(rendered: readonly RenderedObject[]): void {
  expect(JSON.stringify(rendered)).not.toMatch(/caBundle|"validations"|"variables"/);
  const names = rendered.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).not.toContain('ConfigMap zonewarden-impaired-zones');
  expect(names.filter((name) => /^(Secret|Lease) /.test(name))).toEqual([]);
}

function expectToBearLabels(rendered: readonly RenderedObject[]): void {
  for (const { kind, metadata } of rendered) {
    expect({ kind, name: metadata.name, labels: metadata.labels }).toMatchObject({
      labels: {
        'app.kubernetes.io/name': 'zonewarden',
        'app.kubernetes.io/instance': 'zonewarden',
        'app.kubernetes.io/version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
        'app.kubernetes.io/part-of': 'zonewarden',
        'app.kubernetes.io/managed-by': 'kustomize',
      },
    });
  }
}

test("cert-manager's own definitions are applied twice without a change, and bear none of our labels", async () => {
  const folder = 'config/cert-manager-crds';
  const again = await applyInstallation(controlPlane, folder);
  expect(again.filter((line) => !/ unchanged$/.test(line))).toEqual([]);
  expect(JSON.stringify(await renderInstallation(controlPlane, folder))).not.toContain('zonewarden');
});
