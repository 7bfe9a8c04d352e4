import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAllowed, problemsOf, productionPackages } from '../../../scripts/licenses.ts';
import { ROOT } from '../architecture/source-files.ts';

const reportSchema = z.object({
  packages: z.array(z.looseObject({ name: z.string(), license: z.string(), bytes: z.number() })),
  totals: z.object({ packages: z.number(), bytes: z.number(), licenses: z.record(z.string(), z.number()) }),
  problems: z.array(z.string()),
});

function licenses(...args: string[]) {
  return spawnSync(process.execPath, [join(ROOT, 'scripts/licenses.ts'), ...args], { encoding: 'utf8' });
}

describe('the production dependencies', () => {
  const packages = productionPackages(ROOT);

  it('have licences that are allowed and no install scripts', () => {
    expect(packages.flatMap(problemsOf)).toEqual([]);
  });

  it('are all looked at, those of dependencies too, and no tool of development', () => {
    const names = packages.map(({ name }) => name);
    expect(names).toContain('express');
    expect(names).toContain('body-parser');
    expect(names).not.toContain('vitest');
    expect(packages.every(({ bytes }) => bytes > 0)).toBe(true);
  });
});

describe('a licence', () => {
  it.each([
    ['MIT', true],
    ['(BSD-3-Clause OR GPL-2.0)', true],
    ['MIT AND Apache-2.0', true],
    ['MIT AND GPL-3.0', false],
    ['GPL-3.0 OR AGPL-3.0', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['unknown', false],
    ['', false],
  ])('%s: %s', (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });
});

describe('npm run licenses', () => {
  let dir: string;
  let locked: Record<string, object>;

  function add(name: string, manifest: object, lock: object = {}): void {
    mkdirSync(join(dir, 'node_modules', name), { recursive: true });
    const text = JSON.stringify({ name, version: '1.0.0', ...manifest });
    writeFileSync(join(dir, 'node_modules', name, 'package.json'), text);
    locked[`node_modules/${name}`] = { version: '1.0.0', ...lock };
  }

  function run(...args: string[]) {
    writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages: locked }));
    return licenses('--dir', dir, ...args);
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'zonewarden-licences-'));
    locked = { '': {} };
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('ends with 0 for this repository and prints each package and the totals', () => {
    const { status, stdout, stderr } = licenses();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^zod@\S+ +MIT +\d+ kB$/m);
    expect(stdout).toMatch(/\d+ packages, \d+ kB: \d+ MIT/);
  });

  it('prints JSON', () => {
    const report = reportSchema.parse(JSON.parse(licenses('--json').stdout));
    expect(report.totals.packages).toBe(report.packages.length);
    expect(report.totals.bytes).toBe(report.packages.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(report.problems).toEqual([]);
  });

  it('ends with 1 for a licence that is not allowed, for none at all, and for an install script', () => {
    add('strong', { license: 'AGPL-3.0' });
    add('silent', {});
    add('busy', { license: 'MIT', scripts: { postinstall: 'node build.js' } });
    add('native', { license: 'MIT' }, { hasInstallScript: true });
    add('fine', { license: 'MIT' });
    add('tool', { license: 'AGPL-3.0' }, { dev: true });
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').sort()).toEqual([
      'busy@1.0.0: runs a script when it is installed',
      'native@1.0.0: runs a script when it is installed',
      'silent@1.0.0: licence unknown is not in the allow list',
      'strong@1.0.0: licence AGPL-3.0 is not in the allow list',
    ]);
  });
});
