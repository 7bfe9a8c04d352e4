/** What the API server allows when it says nothing (admissionregistration v1: timeoutSeconds defaults to 10). */
export const DEFAULT_DEADLINE_MS = 10_000;
/** It cuts every request at 34 s, whatever the webhooks' timeouts add up to. */
const LONGEST_DEADLINE_MS = 34_000;

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000001,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|h|m|s))+$/;
const TIMEOUT = /(?:^|&)timeout=([^&]*)/;
const TERM = /(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g;

/**
 * The deadline in milliseconds that `?timeout=5s` asks for: the API server passes on what is left of the request's
 * time, as a Go duration. Anything else means the default.
 */
export function deadlineOf(query: string): number {
  // An API server asks for the same timeout each time.
  if (query !== lately.query) lately = { query, deadlineMs: read(query) };
  return lately.deadlineMs;
}

let lately = { query: '', deadlineMs: DEFAULT_DEADLINE_MS };

function read(query: string): number {
  const text = decode(TIMEOUT.exec(query)?.[1] ?? '');
  if (!DURATION.test(text)) return DEFAULT_DEADLINE_MS;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of text.matchAll(TERM))
    total += Number(amount) * (UNITS[unit] ?? 0);
  return total > 0 ? Math.min(total, LONGEST_DEADLINE_MS) : DEFAULT_DEADLINE_MS;
}

/** `5s` as it comes, `5%C2%B5s` as somebody may send it; what cannot be decoded is no duration. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
