/** What is asked of a case: a sentence that has to hold, of a value that is shown where it does not. */
export function holds(what: string, isSo: boolean, found?: unknown): void {
  if (!isSo) throw new Error(`this does not hold: ${what}; found ${shown(found)}`);
}

/** A bound. */
export function atMost(what: string, found: number, most: number): void {
  if (!(found <= most)) throw new Error(`${what}: ${found}, and at most ${most} may be`);
}

const LONGEST = 1000;

function shown(found: unknown): string {
  return (JSON.stringify(found) ?? String(found)).slice(0, LONGEST);
}
