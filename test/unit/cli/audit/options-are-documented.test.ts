import { Command } from 'commander';
import { expect, it } from 'vitest';
import { auditOptions } from '../../../../cli/audit/audit-options.ts';
import { codeSpans, readDocument, section, tableRows } from '../../docs/markdown.ts';

it('docs/audit.md has every option, and no other', () => {
  const rows = tableRows(section(readDocument('docs/audit.md'), '## Asking it'));
  const documented = rows.flatMap(([name = '']) => codeSpans(name).map((span) => span.split(' ')[0]));
  const known = auditOptions(new Command()).options.map(({ short, long }) => short ?? long);
  expect([...new Set(documented)].sort()).toEqual(known.sort());
});
