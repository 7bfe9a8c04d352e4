import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { celMap, celString, celStrings } from '../../../shared/fallback/cel-literal.ts';

/** Reads a literal as CEL does: the escapes that we write, and nothing else that would be special. */
function read(literal: string): string {
  expect(literal).toMatch(/^'(?:[^'\\\n\r]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*'$/);
  return literal
    .slice(1, -1)
    .replace(/\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/g, (_, four?: string, eight?: string) =>
      String.fromCodePoint(Number.parseInt(four ?? eight ?? '', 16)),
    );
}

describe('a text as a CEL literal', () => {
  it.each([
    ['use1-az1', "'use1-az1'"],
    ["x' || true || '", "'x\\u0027 \\u007c\\u007c true \\u007c\\u007c \\u0027'"],
    ['back\\slash', "'back\\u005cslash'"],
    ['two\nlines', "'two\\u000alines'"],
    ['zöne', "'z\\u00f6ne'"],
    ['🙂', "'\\U0001f642'"],
    ['half \ud83d', "'half \\ufffd'"],
    ['', "''"],
  ])('%j', (text, literal) => {
    expect(celString(text)).toBe(literal);
  });

  it('is read again as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(read(celString(text))).toBe(text.toWellFormed());
      }),
      { numRuns: 2000 },
    );
  });

  it('stands in lists and maps', () => {
    expect(celStrings(['a', "b'"])).toBe("['a', 'b\\u0027']");
    expect(celStrings([])).toBe('[]');
    expect(celMap({ id: 'a', name: undefined, text: '' })).toBe("{'id': 'a', 'text': ''}");
  });
});
