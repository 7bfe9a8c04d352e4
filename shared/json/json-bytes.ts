/** What one character of a text comes to at the most: `\u003c`. */
const MOST_A_CHARACTER = 6;
/** Quotes, a comma, a colon. */
const AROUND = 4;
/** Characters that Go writes in six bytes and JavaScript in one, two or three. */
const ESCAPED_BY_GO = /[<>&\u2028\u2029]/g;

/**
 * Whether an API server needs more bytes than so many to store a value: Go's JSON, which escapes what HTML would take for
 * its own. Texts are looked through only where their lengths do not tell. The value nests no deeper than the stack allows.
 */
export function isLongerThan(value: unknown, most: number): boolean {
  return sizeOf(value, longest) > most && sizeOf(value, bytesOf) > most;
}

function sizeOf(value: unknown, ofText: (text: string) => number): number {
  if (typeof value === 'string') return ofText(value) + AROUND;
  if (typeof value !== 'object' || value === null) return String(value).length + AROUND;
  let size = AROUND;
  if (Array.isArray(value)) for (const child of value) size += sizeOf(child, ofText);
  else
    for (const [name, child] of Object.entries(value)) size += ofText(name) + AROUND + sizeOf(child, ofText);
  return size;
}

function longest({ length }: string): number {
  return length * MOST_A_CHARACTER;
}

function bytesOf(text: string): number {
  const escaped = text.match(ESCAPED_BY_GO)?.length ?? 0;
  return Buffer.byteLength(JSON.stringify(text)) + escaped * (MOST_A_CHARACTER - 1);
}
