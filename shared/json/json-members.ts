import { afterSpace, afterString, type ScannedValue, scanJson } from './scan-json.ts';

/** A member of an object in a JSON text. */
export interface JsonMember {
  /** As it is written; one with escapes keeps them. */
  readonly name: string;
  /** The place of the first byte of its value. */
  readonly start: number;
  /** What the value holds, and where it ends. */
  scanned(): ScannedValue;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;

/**
 * The members of the object at `start`, in their order, without making anything of them; none where no object is there.
 * It ends where the text is no JSON. A value is scanned when somebody asks for it or for the next member, and once.
 */
export function* jsonMembers(bytes: Buffer, start: number): Generator<JsonMember> {
  let at = afterSpace(bytes, start);
  let separator = OPENING_BRACE;
  while (bytes[at] === separator) {
    const nameAt = afterSpace(bytes, at + 1);
    if (bytes[nameAt] !== QUOTE) return;
    const nameEnd = afterString(bytes, nameAt);
    at = afterSpace(bytes, nameEnd);
    if (bytes[at] !== COLON) return;
    const member = memberAt(
      bytes,
      afterSpace(bytes, at + 1),
      bytes.toString('latin1', nameAt + 1, nameEnd - 1),
    );
    yield member;
    at = afterSpace(bytes, member.scanned().end);
    separator = COMMA;
  }
}

function memberAt(bytes: Buffer, start: number, name: string): JsonMember {
  let value: ScannedValue | undefined;
  return {
    name,
    start,
    scanned() {
      value ??= scanJson(bytes, start);
      return value;
    },
  };
}
