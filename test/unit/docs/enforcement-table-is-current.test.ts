import { expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { FREEZE_MODES } from '../../../shared/enforcement/freeze.ts';
import { FREEZE_ANNOTATION } from '../../../shared/enforcement/freeze-mode.ts';
import { EXEMPT_ANNOTATION } from '../../../shared/enforcement/nodepool.ts';
import { BEGIN, DOCUMENT, END, renderTable } from './golden-cases-table.ts';
import { codeSpans, readDocument } from './markdown.ts';

const text = readDocument(DOCUMENT);

it('the table of what is stored is that of the golden cases (node test/unit/docs/golden-cases-table.ts writes it)', () => {
  const [, rest = ''] = text.split(BEGIN);
  const [table = ''] = rest.split(END);
  expect(table.trim()).toBe(renderTable());
});

it('names each annotation, and each mode of the freeze', () => {
  const spans = codeSpans(text).join('\n');
  for (const word of [DECLARED_ANNOTATION, EXEMPT_ANNOTATION, FREEZE_ANNOTATION, ...FREEZE_MODES]) {
    expect(spans).toContain(word);
  }
});
