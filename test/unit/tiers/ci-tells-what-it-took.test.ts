import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';

/** Runs scripts/ci-report.ts on what a run of .ci/run would have left. */
function report(costs: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-ci-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'steps.tsv'), 'install\t14\ntest\t398\n');
  writeFileSync(join(folder, 'cpu.jsonl'), costs.map((cost) => `${JSON.stringify(cost)}\n`).join(''));
  const script = join(ROOT, 'scripts/ci-report.ts');
  return spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
}

it('each step, and each tier beside its budget', () => {
  const { status, stdout } = report([{ tier: 'unit', files: 150, cpuSeconds: 44.6, budget: 30 }]);
  expect(stdout).toMatch(/What the steps took\n +14 s {2}install\n +398 s {2}test\n/);
  expect(stdout).toMatch(/ 45 of +30 {2}unit\n/);
  expect(status).toBe(0);
});

it('a tier that took more than half again fails the run and is named', () => {
  const { status, stdout } = report([
    { tier: 'unit', files: 150, cpuSeconds: 45.1, budget: 30 },
    { tier: 'http', files: 15, cpuSeconds: 5, budget: 20 },
  ]);
  expect(stdout).toMatch(/unit: more than half above its budget; see test\/tiers\/tiers\.ts/);
  expect(stdout).not.toMatch(/http:/);
  expect(status).toBe(1);
});

it('.ci/run is a script that bash can read', () => {
  execFileSync('bash', ['-n', join(ROOT, '.ci/run')]);
});
