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

/**
 * The tier with a real Karpenter needs a network namespace of its own, which test/karpenter-kwok/run.ts makes: the
 * tier is there only for that command (`npm run test:karpenter`), never for plain `npm test`. Its files share the
 * machine's two or four cores with a whole cluster, so that one runs after the other.
 */
const karpenterTier =
  process.env.ZONEWARDEN_KARPENTER_TIER === '1' ? [tier('karpenter', 900, { fileParallelism: false })] : [];

/**
 * The tier with the real image as real pods: test/node/run.ts brings a node up, or takes a cluster that it is given, and
 * sets the variable. Its files share one cluster.
 */
const nodeTier =
  process.env.ZONEWARDEN_NODE_TIER === '1' ? [tier('node', 300, { fileParallelism: false })] : [];

export default defineConfig({
  test: {
    projects: [
      tier('unit', 30),
      tier('http', 60),
      tier('adapters', 60),
      // Builds or finds the control plane's binaries once, before any file of the tier starts one.
      tier('cluster', 180, {
        globalSetup: ['test/control-plane/vitest-setup.ts', 'test/installation/vitest-setup.ts'],
      }),
      ...karpenterTier,
      ...nodeTier,
    ],
  },
});
