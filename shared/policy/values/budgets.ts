import { secondsOf } from '../../views/karpenter-duration.ts';
import type { Budget } from '../reading/pool-facts.ts';

/** Why Karpenter replaces nodes of its own accord, within budgets. Expiry and interruptions heed no budget. */
export type DisruptionReason = 'Drifted' | 'Underutilized' | 'Empty';

/** What the CRD fills in for a budget without `nodes`. */
const DEFAULT_NODES = '10%';

/** Macros of cron that repeat after a time that is always the same, in minutes. */
const MACRO_MINUTES: Readonly<Record<string, number>> = {
  '@hourly': 60,
  '@daily': 24 * 60,
  '@midnight': 24 * 60,
  '@weekly': 7 * 24 * 60,
};

/** The budgets that hold for a reason at any time; those with windows leave all other times open. */
export function permanentBudgets(budgets: readonly Budget[], reason: DisruptionReason): Budget[] {
  return budgets.filter((budget) => isPermanent(budget) && appliesTo(budget, reason));
}

/** A budget without reasons applies to all, one with an empty list to none (karpenter, GetAllowedDisruptionsByReason). */
function appliesTo({ reasons }: Budget, reason: DisruptionReason): boolean {
  return reasons === undefined || reasons.includes(reason);
}

/** Whether a budget is active all the time: without a schedule, or with windows that leave no gap. */
export function isPermanent({ schedule, duration }: Budget): boolean {
  if (schedule === undefined) return true;
  const period = periodMinutes(schedule.trim());
  const seconds = secondsOf(duration ?? '');
  return period !== undefined && seconds !== undefined && seconds >= period * 60;
}

/** The percentage that a budget allows; `undefined` where it allows a number of nodes. */
export function percentOf({ nodes = DEFAULT_NODES }: Budget): number | undefined {
  const found = /^(\d+)%$/.exec(nodes);
  return found === null ? undefined : Number(found[1]);
}

/** Whether a budget allows nothing. */
export function allowsNone({ nodes = DEFAULT_NODES }: Budget): boolean {
  return /^0+%?$/.test(nodes);
}

/** After how many minutes a schedule repeats at the latest; `undefined` for one that is not as regular as that. */
function periodMinutes(schedule: string): number | undefined {
  const macro = Object.hasOwn(MACRO_MINUTES, schedule) ? MACRO_MINUTES[schedule] : undefined;
  if (macro !== undefined) return macro;
  const [minute = '', hour = '', ...days] = schedule.split(/\s+/);
  if (days.length !== 3 || days.some((field) => field !== '*')) return undefined;
  const step = /^(?:\*|\*\/(\d+))$/.exec(minute);
  if (step !== null && hour === '*') return Number(step[1] ?? 1);
  if (!/^\d+$/.test(minute)) return undefined;
  if (hour === '*') return 60;
  return /^\d+$/.test(hour) ? 24 * 60 : undefined;
}
