/** A value of YAML or JSON as people are shown it, short: `the number 2`, `"in"`, `a list`. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return `${value}, which is no text in YAML`;
    case 'object':
      return 'a mapping';
    default:
      return 'nothing that JSON knows';
  }
}

const LONGEST = 80;

/** The last part of a path, with its place where it is one of a list: `values[0]`. */
export function lastOf(path: string): string {
  return path.split('.').at(-1) ?? path;
}

/** `a, b or c` */
export function eitherOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
