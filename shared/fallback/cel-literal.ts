/** Characters that stand for themselves in a CEL string: what zone names and times are made of, and plain words. */
const PLAIN = /^[A-Za-z0-9 ._:;,/()+"{}[\]-]$/;

/**
 * A CEL string literal. The texts come from the record, which people can edit, so that nothing but a few harmless
 * characters is written as it is: no quote and no backslash of theirs can end the literal. CEL knows `\uXXXX` and
 * `\UXXXXXXXX`; half a surrogate pair, which neither may name, becomes the replacement character.
 */
export function celString(text: string): string {
  const characters = Array.from(text.toWellFormed(), (character) => {
    if (PLAIN.test(character)) return character;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
  return `'${characters.join('')}'`;
}

/** A CEL list of strings. */
export function celStrings(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`;
}

/** A CEL map of strings, in the order given; members that are `undefined` are left out. */
export function celMap(members: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return `{${present.map(([key, value]) => `${celString(key)}: ${celString(value ?? '')}`).join(', ')}}`;
}
