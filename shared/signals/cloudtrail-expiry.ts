/** ARC's limit for a zonal shift (StartZonalShift, expiresIn), and an hour for clocks and for how a time was rounded. */
const LONGEST_MS = 72 * 3_600_000;
const SLACK_MS = 3_600_000;
/** Epoch seconds reach this in the year 5138; epoch milliseconds had it in 1973. */
const FIRST_MS = 1e11;
/** How CloudTrail shows the times of many services: `Nov 14, 2022 4:10:38 PM`, in UTC. */
const IN_WORDS = /^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d{2}:\d{2} [AP]M$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * When a shift ends that lasts `expiresIn` (`[1-9][0-9]*(m|h)`) from `at`.
 *
 * @returns RFC 3339; `undefined` where it does not have the form, or is longer than ARC takes
 */
export function expiryIn(at: string, expiresIn: unknown): string | undefined {
  if (typeof expiresIn !== 'string' || !/^[1-9][0-9]{0,4}[mh]$/.test(expiresIn)) return undefined;
  const minutes = Number(expiresIn.slice(0, -1)) * (expiresIn.endsWith('h') ? 60 : 1);
  const lengthMs = minutes * 60_000;
  return lengthMs > LONGEST_MS ? undefined : rfc3339(Date.parse(at) + lengthMs);
}

/**
 * The `expiryTime` of an answer. How CloudTrail writes it is not published, so that epoch seconds, epoch milliseconds,
 * ISO 8601 and CloudTrail's words are read, and believed where the time is one that a shift changed at `at` can have.
 *
 * @returns RFC 3339; `undefined` where no time can be made of it
 */
export function expiryOf(at: string, expiryTime: unknown): string | undefined {
  const ms = msOf(expiryTime);
  const lengthMs = ms - Date.parse(at);
  return lengthMs > 0 && lengthMs <= LONGEST_MS + SLACK_MS ? rfc3339(ms) : undefined;
}

function msOf(value: unknown): number {
  if (typeof value === 'number') return value < FIRST_MS ? value * 1000 : value;
  if (typeof value !== 'string') return Number.NaN;
  if (/^\d{9,14}(\.\d+)?$/.test(value)) return msOf(Number(value));
  if (IN_WORDS.test(value)) return Date.parse(`${value.replace(/(\d{4}),/, '$1')} UTC`);
  return ISO.test(value) ? Date.parse(value) : Number.NaN;
}

/** RFC 3339 has four digits for the year. */
function rfc3339(ms: number): string | undefined {
  const time = new Date(ms);
  const year = time.getUTCFullYear();
  return year >= 0 && year <= 9999 ? time.toISOString() : undefined;
}
