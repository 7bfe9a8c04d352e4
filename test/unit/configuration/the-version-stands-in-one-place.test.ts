import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
const release = z
  .object({
    labels: z.array(z.object({ pairs: z.looseObject({ 'app.kubernetes.io/version': z.string() }) })),
    images: z.array(z.object({ name: z.string(), newTag: z.string() })),
  })
  .parse(parse(read('config/release/kustomization.yaml')));

it("the manifests' labels and image tag are those of the package", () => {
  expect(release.labels.map(({ pairs }) => pairs['app.kubernetes.io/version'])).toEqual([version]);
  expect(release.images).toEqual([{ name: 'ghcr.io/zonewarden/zonewarden', newTag: version }]);
});

it('no other manifest names it', () => {
  const paths = globSync('config/{base,components,overlays}/**/*.{yaml,env}', { cwd: ROOT });
  expect(paths.length).toBeGreaterThan(20);
  const naming = paths.filter((path) => /\bversion: \d|zonewarden\/zonewarden:/.test(read(path)));
  expect(naming).toEqual([]);
});
