/** A line with something in it: `text.slice(start, end)` has no space at its beginning. */
export interface PlainLine {
  readonly indent: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Printable ASCII and the letters of the world. Tabs, carriage returns, control characters, byte order marks and pairs of
 * surrogates are for the real parser.
 */
const UNUSUAL = /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u2070-\u2fff\u3001-\ud7ff]/;

/** The lines of a part of a text, without those that are empty or a comment; `undefined` where the text is unusual. */
export function plainLines(text: string, from: number, to: number): PlainLine[] | undefined {
  if (UNUSUAL.test(text.slice(from, to))) return undefined;
  const lines: PlainLine[] = [];
  for (let begin = from; begin < to; ) {
    const found = text.indexOf('\n', begin);
    const end = found === -1 || found > to ? to : found;
    let start = begin;
    while (start < end && text[start] === ' ') start += 1;
    if (start < end && text[start] !== '#') lines.push({ indent: start - begin, start, end });
    begin = end + 1;
  }
  return lines;
}
