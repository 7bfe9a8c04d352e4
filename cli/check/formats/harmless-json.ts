/** What a terminal obeys or turns round, and JSON.stringify leaves as it is. */
const OBEYED = /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A value as JSON, indented. What a terminal obeys is escaped, so that a reader gets exactly the text of the input. */
export function harmlessJson(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
