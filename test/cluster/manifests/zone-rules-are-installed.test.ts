import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { rulesInConfigMap } from '../../../shared/settings/rules-document.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { createDocumentWatch } from '../../../shared/stores/document-watch.ts';
import { RULES } from '../../../shared/stores/documents.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { codeBlocks, readDocument, section } from '../../unit/docs/markdown.ts';
import { clientFor } from '../kube/fixture.ts';
import { applyInstallation, installRoot } from './rendered-manifests.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyInstallation(controlPlane);
});
afterAll(() => controlPlane?.stop());

const NAMED = ['-n', 'zonewarden', 'configmap', 'zonewarden-config'];

const edit = (document: string) => {
  const body = JSON.stringify({ data: { 'config.yaml': document } });
  return controlPlane.kubectl(['patch', ...NAMED, '--type=merge', '-p', body]);
};

test('the product follows them under its own rights: an edit, a bad one, a mended one, a deletion, an apply', async () => {
  const kubeconfig = await controlPlane.serviceAccountKubeconfig('zonewarden', 'zonewarden');
  const troubles: string[] = [];
  const rules = createDocumentWatch({
    client: clientFor(kubeconfig),
    namespace: 'zonewarden',
    document: RULES,
    onProblem: (kind) => troubles.push(kind),
  });
  onTestFinished(() => rules.stop());
  rules.start();
  await rules.whenKnown();
  expect(rules.problem()).toBeUndefined();
  expect(rules.current()).toEqual(DEFAULT_ZONE_RULES);

  await edit('scope: cluster\n');
  await vi.waitFor(() => expect(rules.current().scope).toBe('cluster'));
  await edit('scope: nowhere\n');
  await vi.waitFor(() => expect(rules.problem()).toMatch(/scope: "nowhere" is none of region, cluster/));
  expect(rules.current().scope).toBe('cluster');
  await edit('grace: 30s\n');
  await vi.waitFor(() => expect(rules.current()).toEqual({ ...DEFAULT_ZONE_RULES, graceMs: 30_000 }));
  expect(rules.problem()).toBeUndefined();

  await edit('scope: cluster\n');
  await vi.waitFor(() => expect(rules.current().scope).toBe('cluster'));
  await controlPlane.kubectl(['delete', ...NAMED]);
  await vi.waitFor(() => expect(rules.current()).toEqual(DEFAULT_ZONE_RULES));
  await applyInstallation(controlPlane);
  await edit('childZones: follow\n');
  await vi.waitFor(() => expect(rules.current().childZones).toBe('follow'));
  expect(troubles.filter((kind) => kind !== 'closed')).toEqual(['unreadable']);
});

test('an apply takes an edit by hand back, and a second one writes nothing', async () => {
  await edit('scope: cluster\n');
  const say = async () =>
    (await applyInstallation(controlPlane)).find((line) => line.includes('zonewarden-config'));
  expect(await say()).toBe('configmap/zonewarden-config configured');
  expect(await say()).toBe('configmap/zonewarden-config unchanged');
});

const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  data: z.record(z.string(), z.string()).optional(),
});

test('the overlay of docs/rules.md changes the rules, keeps their name, and leaves the options alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zone-rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const path of ['kustomization.yaml', 'config']) {
    await cp(join(installRoot, path), join(folder, 'zonewarden', path), { recursive: true });
  }
  const blocks = codeBlocks(section(readDocument('docs/rules.md'), '## Changing the rules'), 'yaml');
  await mkdir(join(folder, 'mine'));
  await writeFile(join(folder, 'mine', 'kustomization.yaml'), blocks[0] ?? '');
  await writeFile(join(folder, 'mine', 'zone-rules.yaml'), blocks[1] ?? '');
  const { stdout } = await controlPlane.kubectl(['kustomize', join(folder, 'mine')]);

  const maps = parseAllDocuments(stdout)
    .map((document) => objectSchema.parse(document.toJS()))
    .filter(({ kind }) => kind === 'ConfigMap');
  expect(maps.map(({ metadata }) => metadata.name).sort()).toEqual([
    'zonewarden-config',
    expect.stringMatching(/^zonewarden-options-\w+$/),
    'zonewarden-policy',
  ]);
  const patched = maps.find(({ metadata }) => metadata.name === 'zonewarden-config');
  expect(rulesInConfigMap(patched ?? {})).toEqual({
    ...DEFAULT_ZONE_RULES,
    kinds: { ...DEFAULT_ZONE_RULES.kinds, 'practice-run': 'enforce' },
    recoveryDelayMs: 300_000,
  });
});
