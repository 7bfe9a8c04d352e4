/** No clock is so far behind. What an event dates later than this from now would beat every end that is to come. */
export const FUTURE_MS = 15 * 60 * 1000;

/** For what we or ARC wrote ourselves: a replica whose clock is hours behind must not undo what the others did. */
export const FAR_MS = 24 * 60 * 60 * 1000;

/** RFC 3339 sets no limit to the digits of a second; no clock has so many. */
export const TIME_LENGTH = 40;

/** RFC 3339 has years of four digits. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59Z');

/**
 * A moment as it can stand in the record. A sum of an event's own time and a length may lie beyond what the record's
 * schema reads, and a zone that cannot be read back is in nobody's set.
 */
export function timeText(ms: number): string {
  return new Date(Number.isNaN(ms) ? FIRST_MS : Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString();
}

/** Whether a time lies so far ahead that no event may tell it. What is no time at all lies nowhere. */
export function isAhead(time: string, nowMs: number): boolean {
  return Date.parse(time) > nowMs + FUTURE_MS;
}

/** Whether a time lies so far ahead that none of our clocks, and none of ARC's, wrote it in earnest. */
export function isFarAhead(time: string, nowMs: number): boolean {
  return Date.parse(time) > nowMs + FAR_MS;
}
