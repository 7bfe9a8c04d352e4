import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * `npm run --silent sbom`: a software bill of materials in CycloneDX (JSON) on stdout, of what the image carries: the
 * production tree of package-lock.json. npm makes it; it needs no network and no node_modules.
 *
 * npm is shown a copy of package.json and the lock file without development dependencies, because its own `--omit dev`
 * also leaves out what both need: with npm 11.19 that was a quarter of the image, pino and the client for SQS among
 * it. And it takes a folder's name for the product's, and our own packages for those of their name in the registry;
 * that is put right here. The time and the random number that npm adds are left out: the same tree gives the same bytes.
 */

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});
const componentSchema = z.looseObject({
  'bom-ref': z.string(),
  type: z.string(),
  group: z.string().optional(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
});
const bomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  serialNumber: z.string().optional(),
  metadata: z.looseObject({ timestamp: z.string().optional(), component: componentSchema }),
  components: z.array(componentSchema),
});
const manifestSchema = z.looseObject({ name: z.string(), version: z.string() });

/** The bill of materials, as far as it is read here; the rest of npm's fields are kept. */
export type Bom = z.infer<typeof bomSchema>;

/**
 * The bill of materials of the production tree of the package in `root`.
 * @throws Error where npm cannot be run or refuses, with npm's words
 */
export function billOfMaterials(root: string): Bom {
  const manifest = manifestSchema.parse(readJson(join(root, 'package.json')));
  const lock = lockSchema.parse(readJson(join(root, 'package-lock.json')));
  const { serialNumber: _random, ...bom } = bomSchema.parse(JSON.parse(askNpm(root, manifest, lock)));
  const { timestamp: _now, ...metadata } = bom.metadata;
  const product = { ...metadata.component, type: 'application', name: manifest.name };
  const own = ownPackages(lock);
  return {
    ...bom,
    metadata: { ...metadata, component: product },
    components: bom.components.map((one) => {
      const folder = own.get(one['bom-ref']);
      return folder === undefined ? one : { ...one, purl: ownPurl(manifest, folder) };
    }),
  };
}

/** Folders of this repository that the lock file has as packages, by `name@version`. */
function ownPackages(lock: z.infer<typeof lockSchema>): Map<string, string> {
  return new Map(
    Object.entries(lock.packages)
      .filter(([path]) => path !== '' && !/(^|\/)node_modules\//.test(path))
      .map(([path, { name, version }]) => [`${name}@${version}`, path]),
  );
}

/** No registry has it: a scanner must not take it for the package of that name there. */
function ownPurl({ name, version }: z.infer<typeof manifestSchema>, folder: string): string {
  return `pkg:generic/${name}@${version}#${folder}`;
}

function askNpm(root: string, manifest: object, lock: z.infer<typeof lockSchema>): string {
  const draft = mkdtempSync(join(tmpdir(), 'zonewarden-sbom-'));
  try {
    const packages = Object.entries(lock.packages)
      .filter(([, { dev }]) => dev !== true)
      .map(([path, locked]) => [path, path === '' ? { ...locked, devDependencies: {} } : locked] as const);
    writeJson(join(draft, 'package.json'), { ...manifest, devDependencies: {} });
    writeJson(join(draft, 'package-lock.json'), { ...lock, packages: Object.fromEntries(packages) });
    cpSync(join(root, 'packages'), join(draft, 'packages'), { recursive: true });
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only', '--offline'];
    const { status, stdout, stderr, error } = spawnSync('npm', args, {
      cwd: draft,
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (error || status !== 0) throw new Error(`npm ${args.join(' ')}: ${error?.message ?? stderr}`);
    return stdout;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, JSON.stringify(content));
}

if (import.meta.main) {
  console.log(JSON.stringify(billOfMaterials(join(import.meta.dirname, '..')), null, 2));
}
