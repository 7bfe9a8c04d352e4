import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * `node scripts/ci-report.ts FOLDER`: prints what each build, each step and each tier of a run of .ci/run took, out of what
 * they left in FOLDER: builds.tsv and steps.tsv (a name, a tab, seconds) and cpu.jsonl (test/tiers/cpu-table.ts). Ends
 * with 1 where a tier took more than one and a half times its budget of CPU seconds (test/tiers/tiers.ts).
 */
const TOLERATED = 1.5;

const costSchema = z.object({
  tier: z.string(),
  files: z.number(),
  cpuSeconds: z.number(),
  budget: z.number(),
});

const [folder = '.'] = process.argv.slice(2);

function linesOf(name: string): string[] {
  const file = join(folder, name);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

function showSeconds(title: string, name: string): void {
  console.log(`\n${title}`);
  for (const line of linesOf(name)) {
    const [what = '', seconds = ''] = line.split('\t');
    console.log(`  ${seconds.padStart(5)} s  ${what}`);
  }
}

showSeconds('What the builds took', 'builds.tsv');
showSeconds('What the steps took', 'steps.tsv');
console.log('\nCPU seconds of the tiers, and their budgets');
for (const line of linesOf('cpu.jsonl')) {
  const { tier, cpuSeconds, budget } = costSchema.parse(JSON.parse(line));
  const isBroken = cpuSeconds > budget * TOLERATED;
  console.log(
    `  ${cpuSeconds.toFixed(0).padStart(5)} of ${String(budget).padStart(4)}  ${tier}` +
      (isBroken ? `: more than half above its budget; see test/tiers/tiers.ts` : ''),
  );
  if (isBroken) process.exitCode = 1;
}
console.log('');
