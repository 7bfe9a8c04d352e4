/** Kinds of sources are a word or two. */
export const KIND_BYTES = 64;

/** Cuts a text between two characters, so that as JSON it has no more bytes than that. */
export function cut(text: string, bytes: number): string {
  if (fitsInJson(text, bytes)) return text;
  let left = bytes - bytesInJson('…');
  let kept = '';
  // Each UTF-16 unit takes a byte at least, so that the rest of a long text need not be looked at.
  for (const character of text.slice(0, bytes)) {
    left -= bytesInJson(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Bytes of a text between the quotes of its JSON. */
export function bytesInJson(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** Whether a text is as short as that; looks no further than it has to. */
export function fitsInJson(text: string, bytes: number): boolean {
  return text.length <= bytes && bytesInJson(text) <= bytes;
}
