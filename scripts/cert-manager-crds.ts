import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { requiredVersion } from '../test/control-plane/pinned-versions.ts';
import { goModuleFolder } from '../test/karpenter-kwok/go-module-folder.ts';

/**
 * `node scripts/cert-manager-crds.ts`: writes config/cert-manager-crds from the Go module of cert-manager, in the version
 * that test/cert-manager-crds/go.mod requires. Descriptions are left out: with them, three of the six are too large for
 * `kubectl apply`, which keeps what was applied in an annotation of at most 256 KiB.
 */

const ROOT = join(import.meta.dirname, '..');
const MODULE = 'github.com/cert-manager/cert-manager';
const moduleDir = join(ROOT, 'test', 'cert-manager-crds');
const TARGET = join(ROOT, 'config', 'cert-manager-crds');

const objectSchema = z.record(z.string(), z.unknown());
/** Keywords of a schema whose values are schemas by name: `description` is a name there, and no description. */
const NAMED = new Set(['properties', 'patternProperties', 'definitions']);

/** A schema of OpenAPI, or a part of one, without the descriptions in it. */
export function withoutDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  const parsed = objectSchema.safeParse(schema);
  if (!parsed.success) return schema;
  const kept = Object.entries(parsed.data).filter(
    ([key, value]) => key !== 'description' || typeof value !== 'string',
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, NAMED.has(key) ? eachByName(value) : withoutDescriptions(value)]),
  );
}

function eachByName(schemas: unknown): unknown {
  const parsed = objectSchema.safeParse(schemas);
  if (!parsed.success) return schemas;
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, schema]) => [name, withoutDescriptions(schema)]),
  );
}

/** The files of config/cert-manager-crds by name. Needs Go, and the network where the module is not cached. */
export async function certManagerCrds(): Promise<Map<string, string>> {
  const version = requiredVersion(join(moduleDir, 'go.mod'), MODULE);
  const header = [
    `# ${MODULE} ${version}, deploy/crds (Apache-2.0), without descriptions.`,
    '# Written by: node scripts/cert-manager-crds.ts',
    '',
  ].join('\n');
  const source = join(await goModuleFolder(moduleDir, MODULE), 'deploy', 'crds');
  const names = readdirSync(source).filter((name) => name.endsWith('.yaml'));
  const files = names.map((name): [string, string] => {
    const crd = withoutDescriptions(parse(readFileSync(join(source, name), 'utf8')));
    return [name, header + stringify(crd, { lineWidth: 0, aliasDuplicateObjects: false })];
  });
  return new Map([...files, ['kustomization.yaml', kustomization(names, version)]]);
}

function kustomization(names: readonly string[], version: string): string {
  return [
    `# The CustomResourceDefinitions of cert-manager ${version}, for clusters that lack them: kubectl apply -k .`,
    '# Where cert-manager was installed by its own chart or manifests, they are there already; leave these alone then.',
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources:',
    ...names.map((name) => `  - ${name}`),
    '',
  ].join('\n');
}

if (import.meta.main) {
  const files = await certManagerCrds();
  rmSync(TARGET, { recursive: true, force: true });
  mkdirSync(TARGET, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(TARGET, name), text);
  console.log(`${files.size} files written to ${TARGET}`);
}
