import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { productionPackages } from '../../../scripts/licenses.ts';
import { ROOT } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from './markdown.ts';

const licenseSchema = z.object({ license: z.object({ id: z.string().optional() }).optional() }).loose();
const bomSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.object({
    component: z.object({
      'bom-ref': z.string(),
      type: z.literal('application'),
      name: z.literal('zonewarden'),
    }),
  }),
  components: z.array(
    z.object({
      'bom-ref': z.string(),
      purl: z.string(),
      licenses: z.array(licenseSchema).min(1),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const sbom = () =>
  spawnSync(process.execPath, [join(ROOT, 'scripts/sbom.ts')], { encoding: 'utf8', maxBuffer: 1e8 });
const { status, stdout, stderr } = sbom();
const bom = bomSchema.parse(JSON.parse(stdout));
const nameOf = (reference: string) => reference.replace(/(?<=.)@[^@]*$/, '');

describe('npm run sbom', () => {
  it('writes JSON and nothing else', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('writes the same bytes for the same tree', () => {
    expect(sbom().stdout).toBe(stdout);
  });

  it('lists exactly the packages of the production tree, each once', () => {
    const installed = new Set(productionPackages(ROOT).map(({ name, version }) => `${name}@${version}`));
    expect(bom.components.map((one) => one['bom-ref']).sort()).toEqual([...installed].sort());
  });

  it('says of the product that it needs exactly the packages in docs/dependencies.md', () => {
    const rows = tableRows(section(readDocument('docs/dependencies.md'), '## Run-time dependencies'));
    const documented = rows.map(([name = '']) => codeSpans(name)[0] ?? '').sort();
    const product = bom.dependencies.find(({ ref }) => ref === bom.metadata.component['bom-ref']);
    expect(product?.dependsOn.map(nameOf).sort()).toEqual(documented);
  });

  it('tells our own package from the one of that name in a registry, which has a checksum', () => {
    const own = bom.components.filter(({ purl }) => !purl.startsWith('pkg:npm/'));
    expect(own.map(({ purl }) => purl)).toEqual([
      expect.stringMatching(/^pkg:generic\/zonewarden@[\d.]+#packages\/client-arc-zonal-shift$/),
    ]);
    for (const one of bom.components.filter(({ purl }) => purl.startsWith('pkg:npm/')))
      expect({ purl: one.purl, hashes: one.hashes?.length }).toEqual({ purl: one.purl, hashes: 1 });
  });
});
