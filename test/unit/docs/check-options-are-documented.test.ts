import { Command, type Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { CHECK_FORMS, checkOptions } from '../../../cli/check/check-options.ts';
import { DIFF_FORMS, diffOptions } from '../../../cli/diff/diff-options.ts';
import { readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/check.md');
const shown = ({ defaultValue }: Option) =>
  defaultValue === undefined ? '–' : `\`${String(defaultValue)}\``;

describe.each([
  ['## Options of check', checkOptions(new Command()).options],
  ['## zonewarden diff', diffOptions(new Command()).options],
] as const)('docs/check.md, %s', (heading, options) => {
  const rows = tableRows(section(text, heading));

  it('has every option, and no other, with its default', () => {
    const documented = rows.map((row) => row.slice(0, 2)).sort();
    expect(documented).toEqual(options.map((option) => [`\`${option.flags}\``, shown(option)]).sort());
  });

  it.each(options)('says of $flags what --help says, and perhaps more', ({ flags, description }) => {
    const meaning = rows.find(([flag]) => flag === `\`${flags}\``)?.[2] ?? '';
    expect(meaning.replaceAll('`', '').toLowerCase()).toContain(
      description.replaceAll('`', '').toLowerCase(),
    );
  });
});

it('docs/check.md names every form', () => {
  for (const form of [...CHECK_FORMS, ...DIFF_FORMS]) expect(text).toContain(`\`${form}\``);
});
