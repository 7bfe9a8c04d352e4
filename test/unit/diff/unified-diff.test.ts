import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../cli/diff/unified-diff.ts';

const names = { from: 'a', to: 'b' };
const lines = (...texts: string[]) => texts.map((text) => `${text}\n`).join('');

describe('a unified diff', () => {
  it('is empty where nothing differs', () => {
    expect(unifiedDiff(lines('a'), lines('a'), names)).toBe('');
  });

  it('has three lines around each change, and a hunk for each that is far away', () => {
    const before = lines('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12');
    const after = before.replace('2\n', 'two\n').replace('11\n', '').replace('12\n', '12\n13\n');
    expect(unifiedDiff(before, after, names).split('\n')).toEqual([
      '--- a',
      '+++ b',
      '@@ -1,5 +1,5 @@',
      ' 1',
      '-2',
      '+two',
      ' 3',
      ' 4',
      ' 5',
      '@@ -8,5 +8,5 @@',
      ' 8',
      ' 9',
      ' 10',
      '-11',
      ' 12',
      '+13',
    ]);
  });
});

/** What a reader of diffs makes of it, to the letter: each line that a hunk names stands where its header says. */
function patched(text: string, diff: string): string {
  const from = text.split('\n').slice(0, -1);
  const to: string[] = [];
  let next = 0;
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [header = '', ...body] = hunk.replace(/\n$/, '').split('\n');
    const [start = 0, count = 0, newStart = 0, newCount = 0] = (header.match(/\d+/g) ?? []).map(Number);
    to.push(...from.slice(next, count === 0 ? start : start - 1));
    next = count === 0 ? start : start - 1;
    expect(to.length).toBe(newCount === 0 ? newStart : newStart - 1);
    const side = (other: string) =>
      body.filter((line) => !line.startsWith(other)).map((line) => line.slice(1));
    expect(side('+')).toEqual(from.slice(next, next + count));
    expect(side('-')).toHaveLength(newCount);
    to.push(...side('-'));
    next += count;
  }
  return lines(...to, ...from.slice(next));
}

it('makes one text of the other, for any two', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', '- d', '+ e', ''), { maxLength: 30 });
  fc.assert(
    fc.property(texts, texts, (from, to) => {
      const [before, after] = [lines(...from), lines(...to)];
      const diff = unifiedDiff(before, after, names);
      expect(diff === '' ? before : patched(before, diff)).toBe(after);
    }),
    { numRuns: 1000 },
  );
});
