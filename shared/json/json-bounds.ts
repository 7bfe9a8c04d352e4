import type { JsonSize } from './scan-json.ts';

/**
 * Karpenter's objects nest less than 20 levels deep. Functions that recurse over JSON, `JSON.stringify` among them,
 * overflow the stack at some thousands; the API server itself lets 10,000 through (Go's encoding/json, maxNestingDepth).
 */
export const MOST_LEVELS = 100;
/**
 * The largest NodePools name some thousand instance types. A schema reports each value that is wrong, at 10 µs and
 * 1 kB each: a list of 1.5 million numbers, 3 MB of JSON, took 15 s and 1.6 GB.
 */
export const MOST_VALUES = 20_000;

/**
 * Why a JSON value is more than we are ready to look through, in words; `undefined` when it is not.
 *
 * @param most how many values it may hold; of an object of which more is known, less is enough
 */
export function boundsProblem(value: unknown, most = MOST_VALUES): string | undefined {
  const left = valuesLeft(value, MOST_LEVELS, most);
  if (left === TOO_DEEP) return TOO_DEEP_WORDS;
  return left < 0 ? tooManyWords(most) : undefined;
}

/** The same of one that is still a text, by its size. */
export function sizeProblem({ values, levels }: JsonSize): string | undefined {
  // The outermost object is no level of nesting.
  return levels > MOST_LEVELS + 1
    ? TOO_DEEP_WORDS
    : values > MOST_VALUES
      ? tooManyWords(MOST_VALUES)
      : undefined;
}

const TOO_DEEP_WORDS = `it is nested more than ${MOST_LEVELS} levels deep`;
const tooManyWords = (most: number) => `it holds more than ${most} values`;

const TOO_DEEP = Number.NEGATIVE_INFINITY;

/**
 * How many values may still come after this one; below 0 when it held too many. It recurses no deeper than the levels
 * allow, makes no list of its own, and stops at once: it runs on each object of each admission request.
 */
function valuesLeft(value: unknown, levels: number, allowed: number): number {
  if (typeof value !== 'object' || value === null) return allowed;
  if (levels < 0) return TOO_DEEP;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let left = allowed - children.length;
  for (let index = 0; index < children.length && left >= 0; index += 1) {
    const child = children[index];
    if (typeof child === 'object' && child !== null) left = valuesLeft(child, levels - 1, left);
  }
  return left;
}
