/** How much a JSON value holds, as `boundsProblem` counts it. */
export interface JsonSize {
  /** Members of objects and elements of lists, at any depth; the value itself is not one of them. */
  readonly values: number;
  /** Objects and lists within each other at the deepest place: 0 for a scalar, 1 for `{}`. */
  readonly levels: number;
}

/** A JSON value in a text: what it holds, and where it ends. */
export interface ScannedValue extends JsonSize {
  /** The place of the first byte after it. */
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/**
 * Counts what `JSON.parse` would make of the value at `start`, without making it: 7 MB of `{}` are 2.4 million objects,
 * 150 MB of heap, before anybody could count them. It looks at each byte once and remembers nothing.
 *
 * It does not say whether the text is JSON. Where it is not, `JSON.parse` ends at the first byte that is wrong, and up to
 * there both see the same: it never makes more than was counted. Of members with the same name, of which the last one
 * stays, each counts.
 */
export function scanJson(bytes: Uint8Array, start = 0): ScannedValue {
  const at = afterSpace(bytes, start);
  if (isOpening(bytes[at])) return scanContainer(bytes, at);
  const end = bytes[at] === QUOTE ? afterString(bytes, at) : afterWord(bytes, at);
  return { values: 0, levels: 0, end };
}

function scanContainer(bytes: Uint8Array, start: number): ScannedValue {
  let depth = 0;
  let values = 0;
  let levels = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    at += 1;
    if (byte === QUOTE) at = afterString(bytes, at - 1);
    else if (byte === COMMA) values += 1;
    else if (isOpening(byte)) {
      depth += 1;
      if (depth > levels) levels = depth;
      values += firstInside(bytes, at);
    } else if (isClosing(byte)) {
      depth -= 1;
      if (depth === 0) break;
    }
  }
  return { values, levels, end: at };
}

/** 1 where an object or list has a first value, the only one that no comma comes before; 0 where it is empty. */
function firstInside(bytes: Uint8Array, start: number): 0 | 1 {
  return isClosing(bytes[afterSpace(bytes, start)]) ? 0 : 1;
}

/** The place of the first byte that is no white space, as JSON knows it (RFC 8259, 2). */
export function afterSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

/** The place of the first byte after the string whose opening quote is at `start`. */
export function afterString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, bytes.length);
}

/** The place of the first byte after the number, `true`, `false` or `null` at `start`. */
function afterWord(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== COMMA && !isClosing(bytes[at]) && afterSpace(bytes, at) === at)
    at += 1;
  return at;
}

function isOpening(byte: number | undefined): boolean {
  return byte === OPENING_BRACE || byte === OPENING_BRACKET;
}

function isClosing(byte: number | undefined): boolean {
  return byte === CLOSING_BRACE || byte === CLOSING_BRACKET;
}
