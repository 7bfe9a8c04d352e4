const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a NodeClaim's `expireAfter` (`720h`, `1h30m`); `undefined` for `Never`, and for what the CRD would
 * not have stored: its pattern is `^(([0-9]+(s|m|h))+|Never)$`.
 */
export function expireAfterMs(text: string): number | undefined {
  if (!/^(?:\d+[smh])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+)([smh])/g)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return total;
}
