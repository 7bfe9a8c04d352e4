import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { harmlessYaml } from '../../../cli/output/harmless-text.ts';

it.each([
  ['lines of a blank', ' \n'],
  ['lines that begin and end with a blank', ' \n '],
  ['lines that look like members and comments', ' : \n#'],
  ['a script', '  set -eu\necho "a: b"\n'],
])('what is written as YAML is read as it was given: texts of %s, of any length', (_, part) => {
  for (let length = 0; length < 150; length += 1) {
    const value = { note: `note/${part.repeat(80).slice(0, length)}` };
    expect(parse(harmlessYaml(value))).toEqual(value);
  }
});
