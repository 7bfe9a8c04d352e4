/** Prefix of the annotations that exempt an object from a rule: `exempt.zonewarden.io/spot-types-min`. */
export const EXEMPTION_PREFIX = 'exempt.zonewarden.io/';

/** What an exemption says. `wrong`: why it exempts from nothing, in words. */
export type Exemption =
  | { readonly holds: true; readonly reason: string }
  | { readonly holds: false; readonly wrong: string };

/** All annotations of an object may hold 256 KiB together; a reason stands in each line of the log. */
const LONGEST_REASON = 300;
const UNTIL = '(until ';

/**
 * Reads the exemption of one rule; `undefined` where there is none. Its value is the reason, which must not be empty, and
 * may end in `(until 2026-12-31)`: from the day after (UTC) it no longer holds.
 */
export function exemptionFrom(
  annotations: Readonly<Record<string, string>>,
  rule: string,
  nowMs: number,
): Exemption | undefined {
  const name = `${EXEMPTION_PREFIX}${rule}`;
  const text = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  if (text === undefined) return undefined;
  const { reason, until } = parts(text);
  if (reason === '') return { holds: false, wrong: `its annotation ${name} gives no reason` };
  if (until === undefined) return { holds: true, reason };
  const endMs = endOfDay(until);
  if (endMs === undefined) {
    return { holds: false, wrong: `the end of its annotation ${name} is no date such as 2026-12-31` };
  }
  if (nowMs >= endMs) return { holds: false, wrong: `its annotation ${name} ended on ${until}` };
  return { holds: true, reason };
}

/**
 * The rule IDs that an object's annotations exempt it from, known or not, in the order of the annotations.
 */
export function exemptedRules(annotations: Readonly<Record<string, string>>): string[] {
  return Object.keys(annotations)
    .filter((name) => name.startsWith(EXEMPTION_PREFIX))
    .map((name) => name.slice(EXEMPTION_PREFIX.length));
}

/** `licence bound to one type (until 2026-12-31)`; without a regular expression, since the text may be very long. */
function parts(text: string): { readonly reason: string; readonly until: string | undefined } {
  const whole = text.trim();
  const at = whole.endsWith(')') ? whole.toLowerCase().lastIndexOf(UNTIL) : -1;
  if (at === -1) return { reason: oneLine(whole), until: undefined };
  return { reason: oneLine(whole.slice(0, at).trim()), until: whole.slice(at + UNTIL.length, -1).trim() };
}

function oneLine(reason: string): string {
  const short = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 3)}...` : reason;
  return short.replace(/\s+/g, ' ');
}

function endOfDay(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const start = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date) return undefined;
  return start + 86_400_000;
}
