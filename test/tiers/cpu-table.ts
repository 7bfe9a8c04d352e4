import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { TIERS } from './tiers.ts';

/** What a tier took in one run. `ZONEWARDEN_TIERS_FILE` gets a line of JSON for each, which .ci/run reads. */
export interface TierCost {
  readonly tier: string;
  readonly files: number;
  readonly cpuSeconds: number;
  readonly budget: number;
}

/** How many files are named, those that took most. */
const NAMED = 10;

/** A reporter: says at the end of a run what each tier took of the processor, and which files took most. */
export default class CpuTable implements Reporter {
  #watching = false;

  onInit(vitest: Vitest): void {
    this.#watching = vitest.config.watch;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#watching) return;
    const costs = costsOf(modules);
    const { ZONEWARDEN_TIERS_FILE: file } = process.env;
    if (file) appendFileSync(file, costs.map((cost) => `${JSON.stringify(cost)}\n`).join(''));
    console.log('\nSeconds of CPU, of the tests and of what they started:');
    for (const { tier, files, cpuSeconds, budget } of costs)
      console.log(`  ${tier.padEnd(10)} ${cpuSeconds.toFixed(0).padStart(5)} of ${budget} (${files} files)`);
    const most = modules.toSorted((left, right) => cpuOf(right) - cpuOf(left)).slice(0, NAMED);
    for (const one of most) console.log(`  ${cpuOf(one).toFixed(1).padStart(16)} ${one.relativeModuleId}`);
  }
}

const cpuOf = (module: TestModule): number => module.meta().cpuSeconds ?? 0;

function costsOf(modules: readonly TestModule[]): TierCost[] {
  return TIERS.flatMap(({ name, cpuSeconds: budget }) => {
    const own = modules.filter(({ project }) => project.name === name);
    const cpuSeconds = own.reduce((sum, module) => sum + cpuOf(module), 0);
    return own.length === 0 ? [] : [{ tier: name, files: own.length, cpuSeconds, budget }];
  });
}
