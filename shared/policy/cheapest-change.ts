import type { Subject } from './subject.ts';

/**
 * The smallest change of the requirements that brings a count up to what is needed, as an order without an end mark;
 * `undefined` where no single change does.
 *
 * @param count what is counted, for the subject with other requirements
 */
export function cheapestChange(
  _subject: Subject,
  _needed: number,
  _count: (other: Subject) => number,
): string | undefined {
  return undefined;
}
