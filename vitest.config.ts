import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/tiers/longest-first.ts';
import { offeredTiers, workersHere } from './test/tiers/tiers.ts';

/** Prepared once for all files of a tier, before the first of them starts: the API server's binaries, our programs. */
const CONTROL_PLANE = 'test/control-plane/vitest-setup.ts';
const PROGRAMS = 'test/installation/vitest-setup.ts';
const SETUP: Readonly<Record<string, readonly string[]>> = {
  adapters: [PROGRAMS],
  cluster: [CONTROL_PLANE, PROGRAMS],
  crd: [CONTROL_PLANE],
  replays: [CONTROL_PLANE],
  outage: [CONTROL_PLANE, PROGRAMS],
  memory: [PROGRAMS],
  versions: [CONTROL_PLANE, PROGRAMS],
};

/** Of the processes that run tests, and of those that tests start: they live for seconds, and there are hundreds. */
const ENVIRONMENT = {
  // API servers use the memory that a garbage collection would give back: a quarter less of the processor at a start.
  // Benchmarks leave Go's own settings alone.
  GOGC: '400',
  // What Node has compiled, it need not compile again.
  NODE_COMPILE_CACHE: join(tmpdir(), 'zonewarden-compile-cache'),
};

const tiers = offeredTiers();
/** Tiers with as many workers run together, and one such group after the other. */
const groups = [...new Set(tiers.map(({ workers }) => workersHere(workers)))];

/** `vitest run`, not the watch mode, which has to know which files import what was edited. */
const isRun = process.argv.includes('run');

export default defineConfig({
  test: {
    // Node runs TypeScript as it is: in a run nothing has to be transformed, for each file in each process.
    experimental: { viteModuleRunner: !isRun },
    reporters: ['default', './test/tiers/cpu-table.ts'],
    sequence: { sequencer: LongestFirst },
    projects: tiers.map((tier) => {
      const maxWorkers = workersHere(tier.workers);
      return {
        test: {
          name: tier.name,
          include: [...tier.include],
          exclude: [...(tier.exclude ?? [])],
          testTimeout: tier.limitSeconds * 1000,
          hookTimeout: tier.limitSeconds * 1000,
          setupFiles: ['test/tiers/file-cpu.ts'],
          globalSetup: [...(SETUP[tier.name] ?? [])],
          // A process serves one file after the other: most of what a file takes is loading what the last one had loaded.
          isolate: false,
          env: ENVIRONMENT,
          maxWorkers,
          sequence: { groupOrder: groups.indexOf(maxWorkers) },
        },
      };
    }),
  },
});
