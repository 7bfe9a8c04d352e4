import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logLines } from '../../../../cli/audit/log-lines.ts';

async function linesOf(chunks: readonly (Buffer | string)[], longest = 100): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of logLines(Readable.from(chunks), longest)) lines.push(line);
  return lines;
}

it.each<[string, string[], unknown[]]>([
  ['nothing', [], []],
  ['one', ['a\n'], ['a']],
  ['the last without an end', ['a\nb'], ['a', 'b']],
  ['of Windows', ['a\r\nb\r\n'], ['a', 'b']],
  ['empty ones', ['\n\na\n'], ['', '', 'a']],
  ['over several chunks', ['a', 'b\nc', '', '\n'], ['ab', 'c']],
])('lines: %s', async (_, chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

it('a line that is too long is told and not kept, and the next is read', async () => {
  expect(await linesOf(['x'.repeat(60), 'x'.repeat(60), 'x'.repeat(60), '\nnext\n'])).toEqual([
    undefined,
    'next',
  ]);
  expect(await linesOf(['a\n', 'x'.repeat(101)])).toEqual(['a', undefined]);
});

it('a character that is cut off at the end is shown as one that cannot be read', async () => {
  expect(await linesOf([Buffer.from('a€').subarray(0, 3)])).toEqual(['a\ufffd']);
});

it('wherever the bytes are cut, the lines are the same', async () => {
  const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (parts, size) => {
      const lines = parts.map((part) => part.replace(/[\r\n]/g, ''));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(await linesOf(chunks)).toEqual(lines.map((line) => Buffer.from(line).toString()));
    }),
    { numRuns: 50 },
  );
});
