import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALLOWED_LICENSES } from '../../../scripts/licenses.ts';
import { PRODUCT } from '../architecture/rules.ts';
import { importsOf, packageOf, sourceFiles } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/dependencies.md');
const { dependencies } = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readDocument('package.json')));
const product = sourceFiles(PRODUCT);
const rows = tableRows(section(text, '## Run-time dependencies')).map(
  ([name = '', where = '', why = '']) => ({
    name: codeSpans(name)[0] ?? '',
    where,
    why,
  }),
);

describe('docs/dependencies.md', () => {
  it('has every run-time dependency, and no other, with a reason', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(dependencies).sort());
    for (const { why } of rows) expect(why.length).toBeGreaterThan(20);
  });

  it.each(rows)('says where $name is imported', ({ name, where }) => {
    const files = product
      .filter((file) => importsOf(file.text).some((specifier) => packageOf(specifier) === name))
      .map(({ path }) => path);
    if (where === 'throughout') expect(files.length).toBeGreaterThan(5);
    else expect(codeSpans(where)).toEqual(files);
  });

  it('names the licences that are allowed', () => {
    expect(codeSpans(section(text, '## Licences')).filter((span) => !span.includes(' '))).toEqual(
      expect.arrayContaining([...ALLOWED_LICENSES]),
    );
  });
});
