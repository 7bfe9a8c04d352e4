import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LONGEST } from '../../tiers/longest-first.ts';
import { offeredTiers, TIERS, type Tier, workersHere } from '../../tiers/tiers.ts';
import { ROOT } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from '../docs/markdown.ts';

const scripts = (await import('../../../package.json', { with: { type: 'json' } })).default.scripts;

function filesOf({ include, exclude = [] }: Tier): string[] {
  const without = new Set(exclude.flatMap((pattern) => globSync(pattern, { cwd: ROOT })));
  return include.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).filter((file) => !without.has(file));
}

describe('tiers', () => {
  it('have every test file, and npm test has each only once', () => {
    const all = globSync('test/**/*.test.ts', { cwd: ROOT }).sort();
    const inTests = offeredTiers({}).flatMap(filesOf);
    expect(new Set(inTests).size).toBe(inTests.length);
    const anywhere = new Set(TIERS.flatMap(filesOf));
    expect(all.filter((file) => !anywhere.has(file))).toEqual([]);
    const alone = all.filter((file) => !inTests.includes(file));
    expect(alone.filter((file) => !/^test\/(karpenter|node|hostile\/memory)\//.test(file))).toEqual([]);
  });

  it('that are long by nature have a script of their name, which asks for them alone', () => {
    for (const { name, script } of TIERS.filter((tier) => tier.script !== undefined)) {
      expect(Object.keys(scripts)).toContain(script);
      expect(offeredTiers({ ZONEWARDEN_TIER: name }).map((tier) => tier.name)).toEqual([name]);
    }
  });

  it('are in CONTRIBUTING.md, with their budgets and commands', () => {
    const rows = tableRows(section(readDocument('CONTRIBUTING.md'), '## Choose a tier'));
    const documented = rows.map(([name = '', seconds = '', , command = '']) => [
      codeSpans(name)[0],
      Number(seconds),
      codeSpans(command)[0],
    ]);
    expect(documented).toEqual(
      TIERS.map(({ name, cpuSeconds, script }) => [
        name,
        cpuSeconds,
        script === undefined ? 'npm test' : `npm run ${script}`,
      ]),
    );
  });

  it('that are long by nature run in .ci/run', () => {
    const run = readDocument('.ci/run');
    for (const { script = 'test' } of TIERS) expect(run).toMatch(new RegExp(`tier.* ${script}\\b`));
  });

  it('have a worker at least, and one where their files share a cluster', () => {
    expect(workersHere('one')).toBe(1);
    expect(workersHere('clusters')).toBeGreaterThanOrEqual(1);
  });
});

it('the files that are begun first are there', () => {
  expect(LONGEST.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
