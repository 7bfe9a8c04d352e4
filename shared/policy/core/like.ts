/**
 * Whether text is like one of the patterns, in which `*` stands for any characters, none included. Every other character
 * stands for itself.
 */
export function isLikeOneOf(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => isLike(pattern, text));
}

/**
 * The text between the stars, each part at the first place after the one before. A pattern is somebody's input: a regular
 * expression made of it takes the length of the text to the power of its stars.
 */
function isLike(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
