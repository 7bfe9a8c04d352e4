/**
 * The texts of several JSON objects or arrays that stand after one another, with white space or nothing between them.
 * What is between brackets is not looked at further: `JSON.parse` says what is wrong with it. What cannot be told apart
 * is given as one text.
 */
export function* jsonTexts(text: string): Generator<string> {
  // Strings as a whole, so that brackets inside of them don't count.
  const parts = /"(?:[^"\\]|\\.)*"|[[\]{}]/gs;
  let depth = 0;
  let start = 0;
  for (const { 0: part, index } of text.matchAll(parts)) {
    if (part === '{' || part === '[') depth += 1;
    if (part !== '}' && part !== ']') continue;
    depth -= 1;
    if (depth > 0) continue;
    yield text.slice(start, index + 1);
    start = index + 1;
    depth = 0;
  }
  if (text.slice(start).trim() !== '') yield text.slice(start);
}
