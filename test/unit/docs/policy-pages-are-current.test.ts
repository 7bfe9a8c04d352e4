import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { readDocument } from './markdown.ts';
import { BEGIN, DOCUMENT, END, FOLDER, renderPages, renderTable } from './policy-pages.ts';

const pages = [...renderPages()];

it('each rule has a page, and each page a rule (node test/unit/docs/policy-pages.ts writes them)', () => {
  const there = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
  expect(there.sort()).toEqual(pages.map(([path]) => path).sort());
});

it('the table of all rules is that of the rules', () => {
  const [, rest = ''] = readDocument(DOCUMENT).split(BEGIN);
  const [table = ''] = rest.split(END);
  expect(table.trim()).toBe(renderTable());
});

describe.each(pages)('%s', (path, text) => {
  it('is what the rule says', () => {
    expect(readDocument(path)).toBe(text);
  });
});
