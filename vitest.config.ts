import { defineConfig } from 'vitest/config';

/**
 * Test tiers, from the fastest to the one that needs most. Each is a project of its own, so that
 * `npx vitest run --project unit` runs one alone; `npm test` runs them all.
 */
const tier = (name: string, timeoutSeconds: number, extra: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
    ...extra,
  },
});

export default defineConfig({
  test: {
    projects: [
      tier('unit', 30),
      tier('http', 60),
      tier('adapters', 60),
      // Builds or finds the control plane's binaries once, before any file of the tier starts one.
      tier('cluster', 180, { globalSetup: ['test/control-plane/vitest-setup.ts'] }),
    ],
  },
});
