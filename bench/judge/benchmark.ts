import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { judge } from '../../shared/policy/core/judge.ts';
import { DEFAULT_POLICY } from '../../shared/policy/core/policy.ts';
import { nodeClassKey, type Surroundings } from '../../shared/policy/core/surroundings.ts';
import { nodeClassFacts } from '../../shared/policy/reading/node-class-facts.ts';
import { nodePoolFacts } from '../../shared/policy/reading/read-facts.ts';
import { variedNodePools } from '../check/varied-node-pools.ts';
import { type Spread, spread } from '../statistics.ts';

export interface JudgeBenchResult {
  readonly nodePools: number;
  readonly types: number;
  readonly rounds: number;
  readonly findings: number;
  /** Microseconds of one verdict: over all NodePools of a round its median, and the 99th in a hundred. */
  readonly p50Us: Spread;
  readonly p99Us: Spread;
}

const headSchema = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

/**
 * What the validating step does with a NodePool beside everything else: the verdict of all rules by the default policy, in
 * a cluster with that many NodePools. Each round judges each once; the first warms up and is not counted.
 */
export function benchJudge(rounds: number, nodePools: number): JudgeBenchResult {
  const objects = parseAllDocuments(variedNodePools(nodePools)).map((document): unknown => document.toJS());
  const ofKind = (kind: string) => objects.filter((object) => headSchema.parse(object).kind === kind);
  const pools = ofKind('NodePool');
  const classes = ofKind('EC2NodeClass').map(nodeClassFacts);
  const around: Surroundings = {
    catalog: bundledCatalog(),
    nodeClasses: new Map(classes.map((one) => [nodeClassKey(one.kind, one.name), one])),
    knowsAllNodeClasses: true,
    checkedByApiServer: true,
    nodePools: pools.map(nodePoolFacts),
    zones: [],
    impaired: [],
  };
  const [p50Us, p99Us]: [number[], number[]] = [[], []];
  let findings = 0;
  for (let round = 0; round <= rounds; round += 1) {
    // A request's object is new each time: nothing is known of it from before.
    const fresh = pools.map((pool): unknown => structuredClone(pool));
    findings = 0;
    const times = fresh.map((pool) => {
      const started = performance.now();
      findings += judge('NodePool', pool, around, DEFAULT_POLICY, { nowMs: 0 }).length;
      return (performance.now() - started) * 1000;
    });
    times.sort((a, b) => a - b);
    if (round === 0) continue;
    p50Us.push(times[Math.floor(times.length / 2)] ?? 0);
    p99Us.push(times[Math.floor(times.length * 0.99)] ?? 0);
  }
  return {
    nodePools: pools.length,
    types: around.catalog.types.length,
    rounds,
    findings,
    p50Us: spread(p50Us),
    p99Us: spread(p99Us),
  };
}

/** The result for people. */
export function describeJudge({ p50Us, p99Us, ...run }: JudgeBenchResult): string {
  const row = (name: string, { min, median, max }: Spread) =>
    `${name.padEnd(24)}${[min, median, max].map((value) => value.toFixed(0).padStart(8)).join('')}`;
  return [
    `${run.rounds} rounds over ${run.nodePools} NodePools, ${run.types} types, ${run.findings} findings a round`,
    `${'us a verdict'.padEnd(24)}${['min', 'median', 'max'].map((word) => word.padStart(8)).join('')}`,
    row('p50', p50Us),
    row('p99', p99Us),
  ].join('\n');
}
