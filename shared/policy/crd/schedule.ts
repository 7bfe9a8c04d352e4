const NAMED = /^@(annually|yearly|monthly|weekly|daily|midnight|hourly)/;

/** Five parts, each empty or not yet ended. */
const STATES = 10;

/**
 * Whether the CRD accepts a budget's schedule: `^(@(annually|…|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`. The second half
 * isn't tied to the beginning, and a part may contain blanks, so that JavaScript would try every way to cut the text; here
 * all ways are followed at once, as Go does it.
 */
export function isSchedule(text: string): boolean {
  return NAMED.test(text) || endsInFiveParts(text);
}

function endsInFiveParts(text: string): boolean {
  // State 2k: at the beginning of part k; 2k+1: within it.
  let reached = new Array<boolean>(STATES).fill(false);
  for (const letter of text) {
    reached[0] = true;
    reached = step(reached, letter);
  }
  return reached[STATES - 1] === true;
}

function step(reached: readonly boolean[], letter: string): boolean[] {
  const next = new Array<boolean>(STATES).fill(false);
  // Of Go's `\s`, which knows fewer blanks than that of JavaScript; Go's `.` is anything but a line's end.
  const isBlank = /[\t\n\f\r ]/.test(letter);
  for (let within = 1; within < STATES; within += 2) {
    if (letter !== '\n') next[within] = reached[within] === true || reached[within - 1] === true;
    if (isBlank && within + 1 < STATES) next[within + 1] = reached[within] === true;
  }
  return next;
}
