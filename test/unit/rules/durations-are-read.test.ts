import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, showDuration } from '../../../shared/settings/duration.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['30s', 30_000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['90s', 90_000],
    ['2h', 7_200_000],
    ['1h0m1s', 3_601_000],
    ['5ms', 5],
    ['1s5ms', 1_005],
    ['1m5ms', 60_005],
    ['007s', 7_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '1',
    '60',
    's',
    '1.5h',
    '-1m',
    '+1m',
    '1m1h',
    '1s1s',
    '1 m',
    '1m ',
    '1M',
    '1d',
    '1us',
    '1ns',
    '1m\n',
    'P1D',
    '١s',
    '1e3s',
    '99999999999999999h',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [259_200_000, '72h'],
    [3_600_005, '1h5ms'],
    [0.4, '0s'],
    [999.6, '1s'],
    [-61_000, '-1m1s'],
  ])('%d ms is shown as %s', (ms, text) => {
    expect(showDuration(ms)).toBe(text);
  });

  it('that was shown is read as what it was', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e12 }), (ms) => {
        expect(parseDuration(showDuration(ms))).toBe(ms);
      }),
    );
  });
});
