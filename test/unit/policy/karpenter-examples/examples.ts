import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import type { Finding } from '../../../../shared/policy/core/finding.ts';
import { judge } from '../../../../shared/policy/core/judge.ts';
import { DEFAULT_POLICY } from '../../../../shared/policy/core/policy.ts';
import type { Profile } from '../../../../shared/policy/core/rule.ts';
import { nodeClassKey, type Surroundings } from '../../../../shared/policy/core/surroundings.ts';
import { nodeClassFacts } from '../../../../shared/policy/reading/node-class-facts.ts';
import { nodePoolFacts } from '../../../../shared/policy/reading/read-facts.ts';
import { goModuleFolder } from '../../../karpenter-kwok/go-module-folder.ts';

/** The go.mod that pins the AWS provider in the version whose CRDs the cluster tests use. */
const PINNED = join(import.meta.dirname, '..', '..', '..', 'karpenter-crds');
const MODULE = 'github.com/aws/karpenter-provider-aws';

/** A file of examples, by its name in the module. */
export interface ExampleFile {
  readonly name: string;
  readonly text: string;
}

/** The examples in Karpenter's AWS provider, out of Go's module cache, where Go verifies them against go.sum. */
export async function karpentersExamples(): Promise<ExampleFile[]> {
  const folder = join(await goModuleFolder(PINNED, MODULE), 'examples', 'v1');
  return globSync('*.yaml', { cwd: folder })
    .sort()
    .map((name) => ({ name: basename(name), text: readFileSync(join(folder, name), 'utf8') }));
}

const crdSchema = z.object({
  spec: z.object({ versions: z.array(z.object({ schema: z.object({ openAPIV3Schema: z.unknown() }) })) }),
});

/** The schema of NodePools in the module's CRD. */
export async function nodePoolSchema(): Promise<unknown> {
  const file = join(
    await goModuleFolder(PINNED, MODULE),
    'pkg',
    'apis',
    'crds',
    'karpenter.sh_nodepools.yaml',
  );
  return crdSchema.parse(parse(readFileSync(file, 'utf8'))).spec.versions[0]?.schema.openAPIV3Schema;
}

/** What it takes for `spec.template.spec.nodeClassRef.group`. */
export function groupPatternIn(nodePools: unknown): RegExp {
  const path = ['spec', 'template', 'spec', 'nodeClassRef', 'group'];
  const field = path.reduce<unknown>(
    (schema, name) =>
      z.object({ properties: z.record(z.string(), z.unknown()) }).parse(schema).properties[name],
    nodePools,
  );
  return new RegExp(z.object({ pattern: z.string() }).parse(field).pattern);
}

/** The NodePool of Karpenter's getting-started guide. */
export function gettingStarted(): ExampleFile {
  return {
    name: 'getting-started',
    text: readFileSync(join(import.meta.dirname, 'getting-started.yaml'), 'utf8'),
  };
}

export const objectSchema = z.looseObject({
  kind: z.enum(['NodePool', 'EC2NodeClass']),
  metadata: z.object({ name: z.string() }),
});
export type ExampleObject = z.output<typeof objectSchema>;

/** What is found of one object of an example. */
export interface Judged {
  readonly object: string;
  readonly findings: readonly Finding[];
}

/** The objects of a file. Throws for anything else than NodePools and EC2NodeClasses. */
export function objectsIn({ text }: ExampleFile): ExampleObject[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((value) => value !== null)
    .map((value) => objectSchema.parse(value));
}

/** Judges every object of a file as `zonewarden check` does with the file alone: by the bundled catalogue. */
export function judgeFile(file: ExampleFile, profile: Profile = 'baseline', change = asItIs): Judged[] {
  const objects = objectsIn(file).map(change);
  const around: Surroundings = {
    catalog: bundledCatalog(),
    nodeClasses: new Map(
      objects
        .filter(({ kind }) => kind === 'EC2NodeClass')
        .map((object) => [nodeClassKey(object.kind, object.metadata.name), nodeClassFacts(object)]),
    ),
    knowsAllNodeClasses: false,
    nodePools: objects.filter(({ kind }) => kind === 'NodePool').map(nodePoolFacts),
    zones: [],
    impaired: [],
  };
  const policy = { ...DEFAULT_POLICY, profile };
  return objects.map((object) => ({
    object: `${object.kind} ${object.metadata.name}`,
    findings: judge(object.kind, object, around, policy, { nowMs: 0 }),
  }));
}

function asItIs(object: ExampleObject): ExampleObject {
  return object;
}
