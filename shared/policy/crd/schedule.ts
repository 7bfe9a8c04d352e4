const NAMED = /^@(annually|yearly|monthly|weekly|daily|midnight|hourly)/;

/**
 * Whether the CRD accepts a budget's schedule: `^(@(annually|…|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`. The second half
 * isn't tied to the beginning, and a part may contain blanks, so that JavaScript would try every way to cut the text; here
 * all ways are followed at once, as Go does it.
 */
export function isSchedule(text: string): boolean {
  return NAMED.test(text) || endsInFiveParts(text);
}

/**
 * Bit 2k: at the beginning of part k of five; bit 2k+1: within it. All that can be reached, in one number: a hundred
 * budgets may have 2 MB of schedules, and lists of states for each letter took 100 ms of them.
 */
const AT_BEGINNINGS = 0b01_01_01_01_01;
const WITHIN_PARTS = 0b10_10_10_10_10;
const WITHIN_ALL_BUT_LAST = 0b00_10_10_10_10;
const WITHIN_LAST = 0b10_00_00_00_00;

const NEW_LINE = 0x0a;

function endsInFiveParts(text: string): boolean {
  let reached = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    // It may begin anywhere.
    reached |= 1;
    const within = (reached & WITHIN_PARTS) | ((reached & AT_BEGINNINGS) << 1);
    const begun = isBlank(letter) ? (reached & WITHIN_ALL_BUT_LAST) << 1 : 0;
    // Go's `.` is anything but a line's end.
    reached = (letter === NEW_LINE ? 0 : within) | begun;
  }
  return (reached & WITHIN_LAST) !== 0;
}

/** Of Go's `\s`, which knows fewer blanks than that of JavaScript. */
function isBlank(letter: number): boolean {
  return letter === 0x20 || letter === 0x09 || letter === NEW_LINE || letter === 0x0c || letter === 0x0d;
}
