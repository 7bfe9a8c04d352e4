import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visible } from '../../../cli/output/output.ts';
import { LONGEST_REASON, readReason } from '../../../cli/shift/reason.ts';

it.each([
  ['packet loss', 'packet loss'],
  ['  packet loss ', 'packet loss'],
  ['Störung in der Zone: パケットロス 🔥', 'Störung in der Zone: パケットロス 🔥'],
  ['a'.repeat(LONGEST_REASON), 'a'.repeat(LONGEST_REASON)],
])('%j is a reason', (text, reason) => {
  expect(readReason(text)).toBe(reason);
});

it.each([
  ['', 'Say why'],
  [' \t', 'Say why'],
  ['a'.repeat(LONGEST_REASON + 1), '501 characters'],
  ['two\nlines', 'one line'],
  ['colour \u001b[31m', 'one line'],
  ['back \u202e wards', 'one line'],
  ['half \ud83d', 'one line'],
])('%j is none', (text, why) => {
  expect(readReason(text)).toMatchObject({ wrong: expect.stringContaining(why) });
});

it('whatever others wrote, nothing that is shown moves the cursor or hides a line', () => {
  expect(visible('first\n  second \u001b[2J \u202e')).toBe('first second \ufffd[2J \ufffd');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
