import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officialSarifSchema } from '../../sarif-schema/official-schema.ts';
import { TOO_NARROW, zonewarden } from './checking.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'zonewarden-check-'));
  mkdirSync(join(dir, 'nodepools', 'base'), { recursive: true });
  writeFileSync(join(dir, 'nodepools', 'base', 'web.yaml'), TOO_NARROW);
  writeFileSync(
    join(dir, 'nodepools', 'kustomization.yaml'),
    'kind: Kustomization\nresources: [base/web.yaml]\n',
  );
  writeFileSync(join(dir, 'broken.yaml'), 'spec: {\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (args: readonly string[], input?: string) =>
  zonewarden(args, { cwd: dir, ...(input === undefined ? {} : { input }) });

describe('zonewarden check', () => {
  it('names files from the working directory, without colour into a pipe, and sums up', async () => {
    const { code, stdout, stderr } = await run(['check', 'nodepools']);
    expect(stdout).toContain('nodepools/base/web.yaml:10:7  NodePool/web  deny  spot-types-min\n');
    expect(stdout).toMatch(
      /\n1 object: 0 pass, 0 warn, 1 fail; 1 skipped\. Profile baseline; counted by the bundled snapshot/,
    );
    expect(stdout).not.toContain('\u001b');
    expect([code, stderr]).toEqual([1, '']);
  });

  it('reads what is piped in', async () => {
    const { code, stdout } = await run(['check', '-o', 'github'], TOO_NARROW);
    expect(stdout).toMatch(/^::error title=zonewarden%3A spot-types-min::<stdin>:10: NodePool\/web: /m);
    expect(code).toBe(1);
  });

  it('goes on after what is broken, and exits with 2', async () => {
    const { code, stdout, stderr } = await run(['check', 'broken.yaml', 'gone.yaml', 'nodepools']);
    expect(stderr).toMatch(/^error: broken\.yaml:\d+:\d+: it is no YAML: /m);
    expect(stderr).toMatch(/^error: gone\.yaml: it cannot be read: ENOENT/m);
    expect(stdout).toContain('1 fail; 2 errors;');
    expect(code).toBe(2);
  });

  it('ends in order where the reader has read enough', async () => {
    const { code } = await run(['check', '--fail-on', 'deny', '-'], 'kind: ConfigMap\n---\n'.repeat(1000));
    expect(code).toBe(0);
  });

  it('writes SARIF that the official schema takes', async () => {
    const schema = await officialSarifSchema();
    const { stdout } = await run(['check', 'nodepools', 'broken.yaml', '-', '-o', 'sarif'], TOO_NARROW);
    const report: unknown = JSON.parse(stdout);
    expect(schema.safeParse(report).error).toBeUndefined();
    // The schema knows every property: one that it has not is refused.
    const odd = { ...Object(report), bogus: 1 };
    expect(schema.safeParse(odd).success).toBe(false);
  });
});

describe('zonewarden diff', () => {
  const pool = TOO_NARROW.replace(
    'values: [spot] }\n',
    'values: [spot] }\n        - { key: topology.kubernetes.io/zone, operator: In, values: [us-west-2a, us-west-2b] }\n',
  );
  const zone = ['--impaired', 'usw2-az1', '--zone-map', 'usw2-az1=us-west-2a'];

  it('shows what admission would store, and exits with 1', async () => {
    const { code, stdout } = await run(['diff', ...zone], pool);
    expect(stdout).toMatch(
      /^--- <stdin> NodePool\/web as declared\n\+\+\+ <stdin> NodePool\/web as stored\n@@ /,
    );
    expect(stdout.match(/^- .*$/gm)?.map((line) => line.slice(1).trim())).toEqual(['- us-west-2a']);
    expect(code).toBe(1);
  });

  it('exits with 0 where nothing is changed, and with 2 where it cannot be told', async () => {
    expect(await run(['diff'], pool)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await run(['diff', '--impaired', 'us-west-2a'], pool)).code).toBe(2);
    expect((await run(['diff', 'broken.yaml'])).code).toBe(2);
    expect((await run(['diff', '--cluster', '--kubeconfig', '/nowhere'], pool)).code).toBe(2);
  });

  it('gives the object itself, which check then judges as declared', async () => {
    const { stdout } = await run(['diff', ...zone, '-o', 'yaml'], pool);
    expect(stdout).toContain('zonewarden.io/declared');
    const again = await run(['diff', ...zone, '-o', 'yaml'], stdout);
    expect(again.stdout).toBe(stdout);
  });
});
