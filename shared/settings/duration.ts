const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/**
 * `1h30m` to milliseconds. As Go writes durations, and as Kubernetes reads them, less what people get wrong: whole
 * numbers, each unit (h, m, s, ms) at most once, the larger first; `0` needs no unit.
 *
 * @returns milliseconds, zero or more; `undefined` for anything else
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (found === null || text === '') return undefined;
  const total = UNITS.reduce((sum, [, size], index) => sum + Number(found[index + 1] ?? 0) * size, 0);
  return Number.isSafeInteger(total) ? total : undefined;
}

/** Milliseconds as `parseDuration` reads them: `1h30m`, `0s`; parts of a millisecond are rounded, `-` for the past. */
export function showDuration(ms: number): string {
  let left = Math.round(Math.abs(ms));
  if (left === 0) return '0s';
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return `${ms < 0 ? '-' : ''}${parts.join('')}`;
}
