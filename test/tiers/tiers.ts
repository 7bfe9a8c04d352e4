import { availableParallelism, totalmem } from 'node:os';

/** A tier of tests: a project of vitest. */
export interface Tier {
  readonly name: string;
  /** Which files are in it, from the root. */
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** The time limit of a test that says nothing else, seconds. */
  readonly limitSeconds: number;
  readonly workers: Workers;
  /**
   * What its files together take of the processor, in seconds, their own processes and those that they start. That is not
   * how long they take, which grows on a machine that does other work as well. `.ci/run` fails where a tier takes half as
   * much again. Whoever has a reason for that writes the new number here.
   */
  readonly cpuSeconds: number;
  /** The npm script that runs it. Without one it is part of `npm test`. */
  readonly script?: string;
}

/**
 * How many files run at once. `cores`: one a core, for tests that compute. `clusters`: more, for tests that mostly wait
 * for other processes. `one`: the files share one cluster, which takes the whole machine.
 */
export type Workers = 'cores' | 'clusters' | 'one';

const HISTORIES = 'test/unit/enforcement/histories/no-declaration-is-lost.test.ts';
const TRUTH = 'test/unit/truth/the-record-equals-the-truth.test.ts';
/** Histories and requests at random: pure, and too slow for the minute between two edits. */
const RANDOM = [
  'test/unit/**/histories/*.test.ts',
  'test/unit/truth/*.test.ts',
  'test/unit/**/random-*.test.ts',
];
/** The files share the machine's memory with nobody. */
const MEMORY = 'test/hostile/memory/*.test.ts';
const OUTAGE = 'test/cluster/availability/the-control-plane-is-away.test.ts';

/** Every tier: those of `npm test`, from the fastest to the one that needs most, and then what is long by nature. */
export const TIERS: readonly Tier[] = [
  {
    name: 'unit',
    include: ['test/unit/**/*.test.ts', 'test/hostile/**/*.test.ts'],
    exclude: [...RANDOM, MEMORY],
    limitSeconds: 30,
    workers: 'cores',
    cpuSeconds: 42,
  },
  { name: 'random', include: RANDOM, limitSeconds: 60, workers: 'cores', cpuSeconds: 25 },
  { name: 'http', include: ['test/http/**/*.test.ts'], limitSeconds: 60, workers: 'cores', cpuSeconds: 20 },
  {
    name: 'adapters',
    include: ['test/adapters/**/*.test.ts'],
    limitSeconds: 60,
    workers: 'clusters',
    cpuSeconds: 60,
  },
  {
    name: 'cluster',
    include: ['test/cluster/**/*.test.ts'],
    limitSeconds: 180,
    workers: 'clusters',
    cpuSeconds: 820,
  },
  long('histories', [HISTORIES], 900, 'cores', 150),
  long('truth', [TRUTH], 900, 'cores', 50),
  long('algebra', ['test/adapters/requirements/same-as-karpenter.test.ts'], 900, 'cores', 40),
  long('crd', ['test/cluster/policy-crd/*.test.ts'], 600, 'clusters', 20),
  long('replays', ['test/cluster/histories/histories-on-a-real-api-server.test.ts'], 1800, 'clusters', 75),
  long('outage', [OUTAGE], 400, 'clusters', 30),
  long('memory', [MEMORY], 300, 'one', 75),
  long('versions', ['test/cluster/**/*.test.ts'], 180, 'clusters', 220),
  long('karpenter', ['test/karpenter/**/*.test.ts'], 900, 'one', 400),
  long('node', ['test/node/**/*.test.ts'], 300, 'one', 50),
];

/** A tier that has a command of its own, `npm run test:<name>`. */
function long(
  name: string,
  include: readonly string[],
  limitSeconds: number,
  workers: Workers,
  cpuSeconds: number,
): Tier {
  return { name, include, limitSeconds, workers, cpuSeconds, script: `test:${name}` };
}

/** The tiers that this run of vitest has: what `ZONEWARDEN_TIER` names, and without it those of `npm test`. */
export function offeredTiers(env: NodeJS.ProcessEnv = process.env): readonly Tier[] {
  const { ZONEWARDEN_TIER: wanted } = env;
  return TIERS.filter(({ name, script }) => (wanted ? name === wanted : script === undefined));
}

/** A control plane, the product and a test take about so much. */
const CLUSTER_BYTES = 1.2e9;

/** How many files of such a tier this machine runs at once. */
export function workersHere(workers: Workers): number {
  const cores = availableParallelism();
  if (workers === 'one') return 1;
  if (workers === 'cores') return cores;
  return Math.max(1, Math.min(Math.ceil(cores * 2.5), Math.floor(totalmem() / CLUSTER_BYTES)));
}
