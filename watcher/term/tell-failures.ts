import type { Tell } from '../../shared/facts/facts.ts';
import { isTrouble, type StoreProblem } from '../../shared/stores/store-problem.ts';

/** What becomes of a store's problems where each failure is told and counted. */
export function tellFailures(tell: Tell, part: string): (problem: StoreProblem) => void {
  return ({ kind, error }) => {
    if (isTrouble(kind)) tell('failure', { part: `${part}-${kind}`, error });
  };
}
