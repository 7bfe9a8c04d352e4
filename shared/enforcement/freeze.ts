import { sameJson } from '../json/same-json.ts';
import {
  areStored,
  type Budget,
  type ChangedBudgets,
  declaredInPlaceOf,
  freezeIn,
} from './changed-budgets.ts';

/**
 * How far voluntary disruption of a changed NodePool stands still while a zone is away.
 * `zone`: all of it, until each of its Nodes in that zone is held by itself (shared/standstill); from then on only those
 * stand still. `all`: all of it, for as long as the zone is away.
 * `drift` alone is not enough to keep the zone's nodes: empty and underutilised ones were still deleted, and
 * consolidation moved pods into the zone (seen on Karpenter 1.14.1).
 */
export type FreezeMode = 'zone' | 'all' | 'drift' | 'none';

export const FREEZE_MODES: readonly FreezeMode[] = ['zone', 'all', 'drift', 'none'];

/** Which NodePools are frozen: those that were changed, or every one while any zone is away. */
export type FreezeScope = 'affected' | 'all';

export const FREEZE_SCOPES: readonly FreezeScope[] = ['affected', 'all'];

/** `consolidation`: all but drift, so that the nodes of the zone, which drift, move out and no others do. */
export type Freeze = Exclude<FreezeMode, 'zone'> | 'consolidation';

/** What a mode comes to in a NodePool whose nodes are to leave the zone: drift is how they leave. */
export function freezeFor(mode: FreezeMode, evacuates: boolean): Freeze {
  const whole = mode === 'zone' ? 'all' : mode;
  if (!evacuates) return whole;
  return whole === 'all' ? 'consolidation' : 'none';
}

/** CRD: `spec.disruption.budgets` has maxItems 50. */
export const MAX_BUDGETS = 50;

const FREEZE: Readonly<Record<Exclude<Freeze, 'none'>, Budget>> = {
  all: { nodes: '0' },
  drift: { nodes: '0', reasons: ['Drifted'] },
  consolidation: { nodes: '0', reasons: ['Empty', 'Underutilized'] },
};

/**
 * The budgets with the freeze among them: the array given where one as strict is there already.
 * Karpenter takes the minimum over all active budgets, so that one of zero nodes decides alone; in a full list
 * it takes the place of the last entry, and the declaration keeps what stood there.
 */
export function withFreeze(
  budgets: readonly Budget[] | undefined,
  mode: Freeze,
): readonly Budget[] | undefined {
  if (mode === 'none') return budgets;
  const freeze = FREEZE[mode];
  const present = budgets ?? [];
  if (present.some((budget) => sameJson(budget, freeze) || sameJson(budget, FREEZE.all))) return budgets;
  // A scoped freeze in a full list would replace a budget that speaks for other reasons: freeze everything then.
  if (present.length >= MAX_BUDGETS) return [...present.slice(0, MAX_BUDGETS - 1), FREEZE.all];
  return [...present, freeze];
}

/**
 * The budgets with our freeze taken out. As stored: the declaration comes back. Edited by somebody: one entry
 * equal to ours goes, the last one, because ours stands at the end; where it is gone already, nothing is ours.
 */
export function stripFreeze(
  budgets: readonly Budget[] | undefined,
  change: ChangedBudgets | undefined,
): readonly Budget[] | undefined {
  if (change === undefined || budgets === undefined) return budgets;
  if (areStored(change, budgets)) return declaredInPlaceOf(change, budgets);
  const ours = freezeIn(change);
  const index = budgets.findLastIndex((budget) => sameJson(budget, ours));
  // The only budget left is its owner's: without any, Karpenter disrupts as much as it likes.
  if (index < 0 || budgets.length === 1) return budgets;
  return budgets.toSpliced(index, 1);
}
