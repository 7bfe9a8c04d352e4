import { describe, expect, it } from 'vitest';
import type { OptionSpec } from '../../../shared/process/command-line.ts';
import { COMMON_OPTIONS } from '../../../shared/process/option-values.ts';
import { WATCHER_OPTIONS } from '../../../watcher/options.ts';
import { WEBHOOK_OPTIONS } from '../../../webhook/options.ts';
import { readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/options.md');
const common = new Set(COMMON_OPTIONS);

/** A default that is empty is shown as `""`, none at all as a dash. */
function rowOf({ flags, env, default: value }: OptionSpec): string[] {
  return [`\`${flags}\``, `\`${env}\``, value === undefined ? '–' : `\`${value === '' ? '""' : value}\``];
}

describe.each([
  ['## Both processes', COMMON_OPTIONS],
  ['## Webhook', WEBHOOK_OPTIONS.filter((option) => !common.has(option))],
  ['## Watcher', WATCHER_OPTIONS.filter((option) => !common.has(option))],
] as const)('docs/options.md, %s', (heading, options) => {
  const rows = tableRows(section(text, heading));

  it('has every option, and no other, with its flag, variable and default', () => {
    expect(rows.map((row) => row.slice(0, 3))).toEqual(options.map(rowOf));
  });

  it.each(options)('says of $flags what --help says, and perhaps more', ({ flags, description }) => {
    const meaning = rows.find(([flag]) => flag === `\`${flags}\``)?.[3] ?? '';
    expect(meaning.replaceAll('`', '').toLowerCase()).toContain(description.toLowerCase());
  });
});

it('both processes have the common options', () => {
  for (const options of [WEBHOOK_OPTIONS, WATCHER_OPTIONS]) {
    expect(options).toEqual(expect.arrayContaining([...COMMON_OPTIONS]));
  }
});
