import { Document, Scalar, visit } from 'yaml';

/** What a terminal obeys or turns round, and JSON.stringify leaves as it is. */
const LEFT_BY_JSON = /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** The same, and what JSON.stringify escapes; tabs and line ends are harmless. */
const OBEYED = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * Lines of blanks alone. Of a text with some of them the library makes another one where it writes it over several lines
 * (yaml 2.9.1).
 */
const BLANK_LINE = /(?:^|\n)[\t ]+(?:\n|$)/;

/** A value as JSON, indented. What a terminal obeys is escaped, so that a reader gets exactly the text of the input. */
export function harmlessJson(value: object): string {
  return escaped(JSON.stringify(value, undefined, 2));
}

/** A value as YAML; texts with something that a terminal obeys stand in quotes, with that escaped. Ends with a line end. */
export function harmlessYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      if (OBEYED.test(node.value.replace(/[\t\n]/g, '')) || BLANK_LINE.test(node.value))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escaped(
    document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }),
  );
}

function escaped(text: string): string {
  return text.replace(
    LEFT_BY_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
