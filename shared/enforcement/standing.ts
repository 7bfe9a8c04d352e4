import type { Orders } from '../record/orders.ts';
import type { NodePoolView } from '../views/node-pool.ts';
import { marksOf } from './declaration.ts';
import { enforceNodePool } from './nodepool.ts';
import type { EnforcementSettings } from './settings.ts';

/**
 * `settled`: what is stored is what the set asks for, so that a nudge would be no write. `unsettled`: a nudge would
 * change it. `ahead`: it was made from a newer set than this one, so that a newer record has to be written.
 */
export type PoolState = 'settled' | 'unsettled' | 'ahead';

/** Judges a stored NodePool by the same function that decides at admission. Pure. */
export function stateOfPool(pool: NodePoolView, set: Orders, settings: EnforcementSettings): PoolState {
  // On its way out: admission leaves it alone.
  if (pool.metadata.deletionTimestamp) return 'settled';
  const decision = enforceNodePool(pool, pool, set, settings);
  if (decision.stale) return 'ahead';
  return decision.patch.length === 0 ? 'settled' : 'unsettled';
}

/** Nobody gets there by counting. A forged mark beyond it must not lift the record to where no number follows. */
const HIGHEST_CREDIBLE_MARK = 2 ** 52;

/** The generation of the set that a stored NodePool was made from; 0 where it bears no mark, or none to believe. */
export function generationOfPool(pool: NodePoolView): number {
  const generation = marksOf(pool)?.generation ?? 0;
  return generation <= HIGHEST_CREDIBLE_MARK ? generation : 0;
}
