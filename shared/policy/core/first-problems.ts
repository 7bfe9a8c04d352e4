import type { Problem } from './rule.ts';

/** Nobody reads on, and each is a line of a refusal, a warning, an Event and a part of the audit line. */
const MOST_TOLD = 25;

/**
 * The problems that one rule tells of an object, what is refused before what is warned of where they are too many: an object
 * may have two hundred labels, and each of them be a slip.
 */
export function firstProblems(problems: readonly Problem[]): readonly Problem[] {
  // One more says no less than how many more there are.
  if (problems.length <= MOST_TOLD + 1) return problems;
  const sorted = [
    ...problems.filter(({ atMost }) => atMost === undefined),
    ...problems.filter(({ atMost }) => atMost !== undefined),
  ];
  const others = sorted.slice(MOST_TOLD);
  const atMost = others[0]?.atMost;
  const message = `${others.length} more like these are not listed`;
  return [...sorted.slice(0, MOST_TOLD), atMost === undefined ? { message } : { message, atMost }];
}
