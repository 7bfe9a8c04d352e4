/**
 * A duration as NodePools have it: `720h`, `1h30m`, `0s`, and what Go makes of them (`720h0m0s`). Karpenter's CRD takes
 * nothing else for `expireAfter`, `consolidateAfter` and `terminationGracePeriod` than whole hours, minutes and seconds,
 * and `Never` for the first two (karpenter.sh_nodepools.yaml, patterns).
 */
const PARTS = /(\d+)(h|m|s)/g;
const WHOLE = /^(?:\d+[hms])+$/;
const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** Seconds; `Infinity` for `Never`, `undefined` for what Karpenter would not take. */
export function secondsOf(duration: string): number | undefined {
  if (duration === 'Never') return Number.POSITIVE_INFINITY;
  if (!WHOLE.test(duration)) return undefined;
  return [...duration.matchAll(PARTS)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0),
    0,
  );
}
