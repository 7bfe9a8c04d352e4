import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installCrds } from '../../control-plane/crds.ts';
import { goModuleFolder } from '../../karpenter-kwok/go-module-folder.ts';
import { actAsTheProduct } from './acting-as-the-product.ts';
import { kustomizationBelow, writeOverlay } from './documented-overlays.ts';
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

/** `Kind name` to resourceVersion, of what kubectl prints as JSON. */
function versionsIn(stdout: string): Record<string, string> {
  const { items } = listSchema.parse(JSON.parse(stdout));
  return Object.fromEntries(
    items.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
  );
}

/** The same of what the API server has of these objects now. */
async function versions(rendered: readonly RenderedObject[]): Promise<Record<string, string>> {
  const input = rendered.map((object) => JSON.stringify(object)).join('\n---\n');
  const { stdout } = await controlPlane.kubectl(['get', '-f', '-', '-o', 'json'], { input });
  return versionsIn(stdout);
}

test('a first apply creates every object', async () => {
  const created = await applyInstallation(controlPlane);
  expect(created).toHaveLength((await renderInstallation(controlPlane)).length);
  for (const line of created) expect(line).toMatch(/ created$/);
});

const folderOfMine = mkdtempSync(join(tmpdir(), 'overlay-'));
afterAll(() => rmSync(folderOfMine, { recursive: true }));
const documented = writeOverlay(folderOfMine, kustomizationBelow('## An overlay of your own'));

// One after the other over the same cluster: that is also how somebody changes from one to another.
test.each([
  ...installations.map((folder) => [folder, folder]),
  ['the overlay of docs/install.md', documented],
])('%s: a second apply changes no object, nor what the product wrote', async (_name, folder = '.') => {
  const rendered = await renderInstallation(controlPlane, folder);
  expectToBearLabels(rendered);
  expectToOwnNothingOfTheProducts(rendered);

  await applyInstallation(controlPlane, folder);
  await actAsTheProduct(controlPlane);
  const before = await versions(rendered);
  const names = rendered.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(Object.keys(before).sort()).toEqual(names.sort());

  const again = await controlPlane.kubectl(['apply', '-k', resolve(installRoot, folder), '-o', 'json']);
  expect(versionsIn(again.stdout)).toEqual(before);
});

function expectToOwnNothingOfTheProducts(rendered: readonly RenderedObject[]): void {
  // The limits of the product itself are written by people, and by nobody else.
  const others = rendered.filter(({ metadata }) => metadata.name !== 'zonewarden-own-writes');
  expect(JSON.stringify(others)).not.toMatch(/"(caBundle|validations|variables)":/);
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
