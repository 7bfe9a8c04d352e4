import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../../unit/architecture/source-files.ts';
import { runProgram, TOO_NARROW } from './checking.ts';
import { type PackedProgram, packedProgram } from './installed-program.ts';

let packed: PackedProgram;
beforeAll(async () => {
  packed = await packedProgram();
  await packed.npm(['install', '--global', packed.tarball]);
});
afterAll(() => packed.remove());

const installed = (...path: string[]) => join(packed.dir, 'prefix/lib/node_modules/zonewarden', ...path);

describe('what `npm install -g` of the packed program puts there', () => {
  it('runs from anywhere', async () => {
    const { code, stdout } = await runProgram('zonewarden', ['check', '-o', 'json'], {
      cwd: packed.dir,
      env: packed.env,
      input: TOO_NARROW,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { fail: 1 },
      results: expect.arrayContaining([
        expect.objectContaining({ rule: 'spot-types-min', severity: 'deny', line: 10 }),
      ]),
    });
    expect(code).toBe(1);
  });

  it('runs by npx', async () => {
    const said = await packed.npm([
      'exec',
      '--yes',
      '--package',
      packed.tarball,
      '--',
      'zonewarden',
      '--version',
    ]);
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    expect(said.trim()).toBe(version);
  });

  it('depends on nothing, and brings its licence, those of others and the documents', () => {
    const manifest: unknown = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      name: 'zonewarden',
      license: 'Apache-2.0',
      engines: { node: expect.any(String) },
    });
    for (const field of ['dependencies', 'devDependencies', 'scripts', 'private'])
      expect(manifest).not.toHaveProperty(field);
    expect(readFileSync(installed('LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(installed('THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain('commander@');
    expect(readFileSync(installed('docs/check.md'), 'utf8')).toContain('zonewarden check');
  });

  it('is what the hooks of pre-commit start', async () => {
    const [hook, ...others] = z.array(hookSchema).parse(readYaml('.pre-commit-hooks.yaml'));
    expect(others).toEqual([]);
    const { repos } = z
      .object({ repos: z.array(z.object({ hooks: z.array(hookSchema.partial()) })) })
      .parse(readYaml('examples/ci/pre-commit-config.yaml'));
    const [ours, local] = repos.flatMap(({ hooks }) => hooks);
    expect(ours?.id).toBe(hook?.id);
    expect(local).toMatchObject({ entry: hook?.entry, language: 'node', require_serial: true });
    expect(local?.additional_dependencies?.map((path) => basename(path))).toEqual([basename(packed.tarball)]);
    // It is started so, with the changed files behind.
    const [command = '', ...args] = hook?.entry.split(' ') ?? [];
    const files = [join(ROOT, 'package.json'), join(ROOT, 'config/base/role.yaml')];
    const { code, stdout } = await runProgram(command, [...args, ...files], { cwd: ROOT, env: packed.env });
    expect(stdout).toMatch(/^0 objects: .* skipped/);
    expect(code).toBe(0);
  });
});

const hookSchema = z.object({
  id: z.string(),
  entry: z.string(),
  language: z.string(),
  require_serial: z.literal(true),
  additional_dependencies: z.array(z.string()).optional(),
});

function readYaml(path: string): unknown {
  return parse(readFileSync(join(ROOT, path), 'utf8'));
}
