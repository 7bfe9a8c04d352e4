/**
 * Karpenter's objects nest less than 20 levels deep. Functions that recurse over JSON, `JSON.stringify` among them,
 * overflow the stack at some thousands; the API server itself lets 10,000 through (Go's encoding/json, maxNestingDepth).
 */
const MOST_LEVELS = 100;
/**
 * The largest NodePools name some thousand instance types. A schema reports each value that is wrong, at 10 µs and
 * 1 kB each: a list of 1.5 million numbers, 3 MB of JSON, took 15 s and 1.6 GB.
 */
const MOST_VALUES = 20_000;

/** Why a JSON value is more than we are ready to look through, in words; `undefined` when it is not. */
export function boundsProblem(value: unknown): string | undefined {
  let level = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return `it is nested more than ${MOST_LEVELS} levels deep`;
    const below: unknown[] = [];
    for (const item of level) {
      const children = childrenOf(item);
      values += children.length;
      if (values > MOST_VALUES) return `it holds more than ${MOST_VALUES} values`;
      for (const child of children) below.push(child);
    }
    level = below;
  }
  return undefined;
}

function childrenOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value : Object.values(value);
}
