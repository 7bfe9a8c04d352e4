/**
 * What a plain (unquoted) text of YAML 1.2's core schema stands for; `undefined` where that takes more than a look: floats,
 * hexadecimal numbers and the like are left to the real parser.
 */
export function plainScalar(text: string): { readonly value: string | number | boolean | null } | undefined {
  if (!SPECIAL_START.test(text)) return { value: text };
  if (WHOLE_NUMBER.test(text)) return { value: Number(text) };
  const word = WORDS.get(text);
  if (word !== undefined) return { value: word.value };
  return NUMERIC.test(text) || UNKNOWN_WORDS.test(text) ? undefined : { value: text };
}

/** Most texts begin with a letter that no word or number of YAML begins with. */
const SPECIAL_START = /^[-+.\d~tfnTFN]/;
/** Few enough digits to be exact. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,14})$/;
/** `1.5`, `1e3`, `0x1f`, `0o17`, `+1`, `.5`, `.inf`, `007`; also `10Gi`, which is text, is not among them. */
const NUMERIC = /^[-+]?(?:\.?\d[\d.]*(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+|\.[A-Za-z]+)$/;
const UNKNOWN_WORDS = /^(?:null|true|false|~)$/i;
const WORDS: ReadonlyMap<string, { readonly value: boolean | null }> = new Map([
  ['true', { value: true }],
  ['false', { value: false }],
  ['null', { value: null }],
  ['~', { value: null }],
]);
