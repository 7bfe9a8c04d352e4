import { describe, expect, it } from 'vitest';
import { KubeError, type KubeErrorCode } from '../../../shared/kube/errors.ts';
import { PRODUCT } from '../architecture/rules.ts';
import { sourceFiles } from '../architecture/source-files.ts';
import { codeSpans, readDocument, tableRows } from './markdown.ts';

const text = readDocument('docs/errors.md');
const rows = tableRows(text).map(([code = '', ...cells]) => ({ code: codeSpans(code)[0] ?? '', cells }));

/**
 * Codes as the sources give them to errors: `new XError('a.b'`, `super('a.b'`, or the keys of a table of codes. All
 * have the form `area.what-happened`.
 */
function codesIn(source: string): string[] {
  const forms = [
    /new \w*Error\(\s*'([a-z\d-]+\.[a-z-]+)'/g,
    /super\(\s*'([a-z\d-]+\.[a-z-]+)'/g,
    /^ {2}'([a-z\d-]+\.[a-z-]+)':/gm,
  ];
  return forms.flatMap((form) => [...source.matchAll(form)].map(([, code = '']) => code));
}

const codes = [...new Set(sourceFiles(PRODUCT).flatMap((file) => codesIn(file.text)))].sort();

describe('docs/errors.md', () => {
  it('has every code once, and no other', () => {
    expect(rows.map(({ code }) => code).sort()).toEqual(codes);
  });

  it('says what each means and what to do', () => {
    for (const { cells } of rows) expect(cells.filter((cell) => cell.length > 10)).toHaveLength(2);
  });

  it.each(codes.filter((code) => code.startsWith('kube.')))(
    'gives for %s the advice of the message',
    (code) => {
      const advice = new KubeError(code as KubeErrorCode, 'x').message.replace('x; ', '');
      expect(rows.find((row) => row.code === code)?.cells[1]).toContain(advice);
    },
  );
});

describe('the collector of codes', () => {
  it('sees each way in which an error gets its code', () => {
    expect(codesIn("throw new FooError('foo.bar-baz', 'x');")).toEqual(['foo.bar-baz']);
    expect(codesIn("super(\n      'record.unreadable',")).toEqual(['record.unreadable']);
    expect(codesIn("const advice = {\n  'kube.gone': 'x',")).toEqual(['kube.gone']);
  });

  it('leaves no subclass of ZonewardenError without a documented area', () => {
    const classes = sourceFiles(PRODUCT).flatMap((file) =>
      [...file.text.matchAll(/class (\w+) extends ZonewardenError/g)].map(([, name = '']) => name),
    );
    expect(codeSpans(text)).toEqual(expect.arrayContaining(classes));
    expect(classes.length).toBeGreaterThan(3);
  });
});
