import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DECLARED_ANNOTATION } from '../../shared/enforcement/declared-annotation.ts';
import { enforceNodePool } from '../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../shared/enforcement/settings.ts';
import type { JsonPatchOperation } from '../../shared/json/json-patch.ts';
import type { NodePoolView } from '../../shared/views/node-pool.ts';
import { type Spread, spread } from '../statistics.ts';
import { ONE_AWAY, poolOf } from './node-pools.ts';

export const SIZES = [5, 20, 100] as const;
/** How many different NodePools were decided about when the heap is weighed. */
export const CROWDS = [1_000, 10_000, 50_000] as const;

export interface EnforcementResult {
  readonly rounds: number;
  readonly callsPerRound: number;
  readonly perCall: readonly {
    readonly requirements: number;
    readonly prunedUs: Spread;
    readonly settledUs: Spread;
  }[];
  /** What the function keeps: heap in use, over that at the start, after a full collection. */
  readonly kept: readonly { readonly nodePools: number; readonly mib: number }[];
}

/** The cost of one decision: of a NodePool that has to be pruned, and of one that stands as it was stored. */
export function benchEnforcement(rounds: number, calls: number): EnforcementResult {
  const cases = SIZES.map((requirements) => {
    const declared = poolOf(requirements);
    return {
      requirements,
      declared,
      stored: storedFrom(declared),
      prunedUs: [] as number[],
      settledUs: [] as number[],
    };
  });
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of cases) {
      const pruned = costUs(calls, () => enforce(one.declared, undefined));
      const settled = costUs(calls, () => enforce(one.stored, one.stored));
      if (round === 0) continue;
      one.prunedUs.push(pruned);
      one.settledUs.push(settled);
    }
  }
  return {
    rounds,
    callsPerRound: calls,
    perCall: cases.map(({ requirements, prunedUs, settledUs }) => ({
      requirements,
      prunedUs: spread(prunedUs),
      settledUs: spread(settledUs),
    })),
    kept: CROWDS.map((nodePools) => ({ nodePools, mib: keptMib(nodePools) })),
  };
}

function enforce(pool: NodePoolView, old: NodePoolView | undefined): number {
  return enforceNodePool(pool, old, ONE_AWAY, DEFAULT_ENFORCEMENT).patch.length;
}

function costUs(calls: number, call: () => number): number {
  const started = performance.now();
  for (let index = 0; index < calls; index += 1) call();
  return ((performance.now() - started) * 1000) / calls;
}

/** Decides about many different NodePools, each pruned and then looked at again, and weighs what is left of it. */
function keptMib(nodePools: number): number {
  const before = heapMib();
  for (let number = 0; number < nodePools; number += 1) {
    const stored = storedFrom(poolOf(5, number));
    enforce(stored, stored);
  }
  return heapMib() - before;
}

function heapMib(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** The NodePool as the patch leaves it: its lists are replaced by what the decision makes of them. */
function storedFrom(declared: NodePoolView): NodePoolView {
  const { patch } = enforceNodePool(declared, undefined, ONE_AWAY, DEFAULT_ENFORCEMENT);
  const stored = structuredClone(declared);
  for (const operation of patch) apply(stored, operation);
  return stored;
}

/** The three operations that pruning a list of zones takes. */
function apply(pool: NodePoolView, operation: JsonPatchOperation): void {
  const value = operation.op === 'remove' ? undefined : operation.value;
  if (operation.path.startsWith('/metadata/annotations')) {
    pool.metadata.annotations = { ...pool.metadata.annotations, [DECLARED_ANNOTATION]: String(value) };
  } else if (operation.path === '/spec/disruption/budgets/-') {
    pool.spec.disruption?.budgets?.push({ nodes: '0' });
  } else {
    const list = pool.spec.template.spec.requirements?.at(-1);
    if (list !== undefined && Array.isArray(value)) list.values = value.map(String);
  }
}
