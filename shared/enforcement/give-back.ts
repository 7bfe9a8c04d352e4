import type { JsonPatchOperation } from '../json/json-patch.ts';
import type { Orders } from '../record/orders.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { NodePoolView } from '../views/node-pool.ts';
import { DECLARED_ANNOTATION, type Declared } from './declared-annotation.ts';
import { marksOf } from './mark.ts';
import { enforceNodePool } from './nodepool.ts';
import { DEFAULT_ENFORCEMENT } from './settings.ts';

/**
 * How much is given back: the zones alone, for a NodePool that is frozen and stays so until their nodes are no longer
 * drifted, or all.
 */
export type GiveBackStep = 'zones' | 'all';

/**
 * What a stored NodePool needs to be as its owner declared it. `unmarked`: nothing of ours is in it. `unreadable`: it
 * has our mark, and nobody can tell what was declared.
 */
export type GiveBack =
  | { readonly kind: 'unmarked' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | {
      readonly kind: 'marked';
      /** Empty where the NodePool is so already. */
      readonly patch: readonly JsonPatchOperation[];
      /** The requirements on zones as they will be. */
      readonly declared: readonly Requirement[];
      /** A freeze of ours is in its budgets. */
      readonly frozen: boolean;
    };

/** Finds out by the function that decides at admission: with no zone impaired, what comes out is what was declared. */
export function giveBack(pool: NodePoolView, step: GiveBackStep): GiveBack {
  if (pool.metadata.annotations?.[DECLARED_ANNOTATION] === undefined) return { kind: 'unmarked' };
  const marks = marksOf(pool);
  if (marks === undefined) return { kind: 'unreadable', why: `${DECLARED_ANNOTATION} is not what we write` };
  const { patch, declared, invalid } = enforceNodePool(pool, pool, setFor(marks, step), DEFAULT_ENFORCEMENT);
  if (invalid !== undefined)
    return { kind: 'unreadable', why: `its requirements are none that the CRD takes (${invalid})` };
  return { kind: 'marked', patch, declared, frozen: marks.budgets !== undefined };
}

/** A set that is older than the mark would be passed over for the zones that the mark names. */
function setFor({ generation, zones }: Declared, step: GiveBackStep): Orders {
  if (step === 'all') return { generation, zones: [] };
  return { generation, zones: zones.map((zone) => ({ ...zone, state: 'recovering', sources: [] })) };
}
