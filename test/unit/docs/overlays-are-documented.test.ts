import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/install.md');
const overlays = readdirSync(join(ROOT, 'config', 'overlays'));
const kustomizationSchema = z.object({ components: z.array(z.string()) });
const kustomization = (...path: string[]) => readFileSync(join(ROOT, ...path, 'kustomization.yaml'), 'utf8');

it('docs/install.md has each overlay, and no other', () => {
  const rows = tableRows(section(text, '## Which overlay')).slice(1);
  const named = rows.flatMap(([name = '']) => codeSpans(name));
  expect(named.sort()).toEqual(overlays.map((name) => `config/overlays/${name}`).sort());
});

it('each component is in an overlay', () => {
  const used = overlays.flatMap(
    (name) => kustomizationSchema.parse(parse(kustomization('config', 'overlays', name))).components,
  );
  const components = readdirSync(join(ROOT, 'config', 'components'));
  expect(new Set(used.map((path) => path.replace('../../components/', '')))).toEqual(new Set(components));
});

it('the labels that docs/install.md names are those of the manifests', () => {
  const pairs = [...kustomization('config', 'release').matchAll(/app\.kubernetes\.io\/([\w-]+):/g)];
  for (const [, label = ''] of pairs) {
    expect(text).toMatch(new RegExp(`\`(?:app\\.kubernetes\\.io/)?${label}\``));
  }
});
