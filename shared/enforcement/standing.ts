import type { Orders } from '../record/orders.ts';
import type { NodePoolView } from '../views/node-pool.ts';
import { markOf } from './mark.ts';
import { enforceNodePool } from './nodepool.ts';
import type { EnforcementScene } from './settings.ts';

/**
 * `settled`: what is stored is what the set asks for, so that a nudge would be no write. `unsettled`: a nudge would
 * change it. `ahead`: it was made from a newer set than this one, so that a newer record has to be written.
 */
export type PoolState = 'settled' | 'unsettled' | 'ahead';

/** Judges a stored NodePool by the same function that decides at admission. Pure. */
export function stateOfPool(pool: NodePoolView, set: Orders, scene: EnforcementScene): PoolState {
  // On its way out: admission leaves it alone.
  if (pool.metadata.deletionTimestamp) return 'settled';
  const decision = enforceNodePool(pool, pool, set, scene);
  if (decision.stale) return 'ahead';
  return decision.patch.length === 0 ? 'settled' : 'unsettled';
}

/**
 * The generation of the set that a stored NodePool was made from; 0 where it bears no mark of ours, and for one that is
 * being deleted: admission leaves it alone, so that nothing on it is looked at when it is written.
 */
export function generationOfPool(pool: NodePoolView, keys: EnforcementScene['markKeys']): number {
  return pool.metadata.deletionTimestamp ? 0 : (markOf(pool, keys)?.content.generation ?? 0);
}
