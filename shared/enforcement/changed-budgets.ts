import { z } from 'zod';
import { sameJson } from '../json/same-json.ts';
import { digestOf } from './digest.ts';

/** A disruption budget as the CRD has it: `nodes`, `reasons`, `schedule`, `duration`. Kept as it came. */
export type Budget = Readonly<Record<string, unknown>>;

/** Budgets that we put a freeze into. `declared: null` where the owner had no list at all. */
export interface WholeBudgets {
  readonly declared: readonly Budget[] | null;
  readonly stored: readonly Budget[];
}

/** The same of a list that is too long to stand in the mark twice: our freeze, which is the last one of what is stored. */
export interface LongBudgets {
  readonly storedDigest: string;
  readonly freeze: Budget;
  /** What the freeze stands in the place of, in a full list. */
  readonly replaced?: Budget;
}

export type ChangedBudgets = WholeBudgets | LongBudgets;

const budget = z.record(z.string(), z.unknown());
export const changedBudgetsSchema = z.union([
  z.object({ declared: z.array(budget).nullable(), stored: z.array(budget) }),
  z.object({ storedDigest: z.string(), freeze: budget, replaced: budget.exactOptional() }),
]);

/** All that some budgets need. */
const LONGEST_WHOLE = 2048;

/**
 * The change as a mark has it.
 *
 * @param stored the declared budgets with our freeze behind them, or in the place of the last one
 */
export function changedBudgets(
  declared: readonly Budget[] | undefined,
  stored: readonly Budget[],
): ChangedBudgets {
  const whole: WholeBudgets = { declared: declared ?? null, stored };
  const freeze = stored.at(-1);
  if (freeze === undefined || declared === undefined || JSON.stringify(whole).length <= LONGEST_WHOLE)
    return whole;
  const replaced = declared.length === stored.length ? declared.at(-1) : undefined;
  const long: LongBudgets = {
    storedDigest: digestOf(stored),
    freeze,
    ...(replaced === undefined ? {} : { replaced }),
  };
  // What no freeze of ours comes to is kept whole: it has to be given back exactly.
  return sameJson(declaredInPlaceOf(long, stored), declared) ? long : whole;
}

/** Whether a list stands as we stored it. */
export function areStored(change: ChangedBudgets, budgets: readonly Budget[] | undefined): boolean {
  if (budgets === undefined) return false;
  if ('stored' in change) return sameJson(budgets, change.stored);
  return sameJson(budgets.at(-1), change.freeze) && digestOf(budgets) === change.storedDigest;
}

/** What was declared in the place of a list that stands as stored. */
export function declaredInPlaceOf(
  change: ChangedBudgets,
  stored: readonly Budget[],
): readonly Budget[] | undefined {
  if ('stored' in change) return change.declared ?? undefined;
  return [...stored.slice(0, -1), ...(change.replaced === undefined ? [] : [change.replaced])];
}

/** The budget that is ours. */
export function freezeIn(change: ChangedBudgets): Budget | undefined {
  return 'stored' in change ? change.stored.at(-1) : change.freeze;
}
