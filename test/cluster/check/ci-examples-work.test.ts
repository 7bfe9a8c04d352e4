import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { runProgram, TOO_NARROW } from '../../adapters/check/checking.ts';
import { type PackedProgram, packedProgram } from '../../adapters/check/installed-program.ts';
import { ensureBinaries } from '../../control-plane/binaries.ts';
import { ROOT } from '../../unit/architecture/source-files.ts';

const workflowSchema = z.object({
  jobs: z.object({
    zonewarden: z.object({
      env: z.record(z.string(), z.string()),
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
    }),
  }),
});

const { env, steps } = workflowSchema.parse(
  parse(readFileSync(join(ROOT, 'examples/ci/github-workflow.yaml'), 'utf8')),
).jobs.zonewarden;
const scripts = steps.flatMap(({ name = '', run }) => (run === undefined ? [] : [{ name, run }]));

const DIVERSE = TOO_NARROW.replace('name: web', 'name: diverse')
  .replace('values: [spot] }', 'values: [spot, on-demand] }')
  .replace(
    /- \{ key: node.kubernetes.io\/instance-type.*\n/,
    '- { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r] }\n        - { key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["4"] }\n',
  );

let packed: PackedProgram;
let repository: string;
let shellEnv: NodeJS.ProcessEnv;

beforeAll(async () => {
  packed = await packedProgram();
  const { kubectl } = await ensureBinaries();
  shellEnv = { ...packed.env, ...env, PATH: [dirname(kubectl), packed.env.PATH].join(delimiter) };
  repository = join(packed.dir, 'repository');
  mkdirSync(join(repository, 'tools'), { recursive: true });
  copyFileSync(packed.tarball, join(repository, env.ZONEWARDEN_PACKAGE ?? ''));
});
afterAll(() => packed.remove());

beforeEach(() => {
  rmSync(join(repository, 'nodepools'), { recursive: true, force: true });
  mkdirSync(join(repository, 'nodepools'));
});

/** A repository's NodePools, with a kustomization that renames them. */
function nodePools(text: string): void {
  writeFileSync(join(repository, 'nodepools', 'pools.yaml'), text);
  writeFileSync(
    join(repository, 'nodepools', 'kustomization.yaml'),
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamePrefix: team-\nresources: [pools.yaml]\n',
  );
}

/** As GitHub runs a step: https://docs.github.com/actions, `shell: bash` not being said. */
async function runSteps(): Promise<Record<string, { code: number | null; stdout: string; stderr: string }>> {
  const ended = [];
  for (const { name, run } of scripts) {
    ended.push([name, await runProgram('bash', ['-e', '-c', run], { cwd: repository, env: shellEnv })]);
  }
  return Object.fromEntries(ended);
}

describe('the GitHub workflow of examples/ci', () => {
  it('installs the package under the name that it has', () => {
    expect(basename(env.ZONEWARDEN_PACKAGE ?? '')).toBe(basename(packed.tarball));
  });

  it('passes for NodePools that are diverse enough', async () => {
    nodePools(DIVERSE);
    const ended = await runSteps();
    expect(
      Object.entries(ended).map(([name, { code, stderr }]) => [name, code, code === 0 ? '' : stderr]),
    ).toEqual(scripts.map(({ name }) => [name, 0, '']));
    expect(ended['Check what kustomize renders']?.stdout).toMatch(/1 object: /);
  });

  it('fails for one that is not, annotates it, and still reports to code scanning', async () => {
    nodePools(`${DIVERSE}---\n${TOO_NARROW}`);
    const ended = await runSteps();
    expect(ended['Check the files']?.code).toBe(1);
    expect(ended['Check the files']?.stdout).toMatch(
      /^::error file=nodepools\/pools\.yaml,line=\d+,col=7,title=zonewarden%3A spot-types-min::NodePool\/web/m,
    );
    expect(ended['Check what kustomize renders']?.code).toBe(1);
    expect(ended['Check what kustomize renders']?.stdout).toMatch(
      /^<stdin>:\d+:\d+ {2}NodePool\/team-web {2}deny {2}spot-types-min$/m,
    );
    expect(ended['Report to code scanning']?.code).toBe(0);
    const sarif: unknown = JSON.parse(readFileSync(join(repository, 'zonewarden.sarif'), 'utf8'));
    expect(sarif).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: true }] }] });
  });

  it('fails where nothing is rendered', async () => {
    nodePools('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n');
    expect((await runSteps())['Check what kustomize renders']?.code).toBe(2);
  });
});
