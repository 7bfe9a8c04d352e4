/** What is told of a figure that was measured several times: machines are noisy, and one number says nothing. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @throws RangeError without values */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  return { min: at(sorted, 0), median: middle(sorted), max: at(sorted, sorted.length - 1) };
}

/** Of an even number of values the mean of the two in the middle. */
function middle(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return (at(sorted, Math.ceil(half) - 1) + at(sorted, Math.floor(half))) / 2;
}

/** The value that `share` of the sorted values do not exceed (nearest rank). */
export function percentile(sorted: readonly number[], share: number): number {
  return at(sorted, Math.max(0, Math.ceil(sorted.length * share) - 1));
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new RangeError('a spread of no values');
  return value;
}
