import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsOf } from '../../../../shared/views/karpenter-duration.ts';

describe("a duration in a NodePool, by the pattern of Karpenter's CRD", () => {
  it.each([
    ['720h', 2_592_000],
    ['720h0m0s', 2_592_000],
    ['1h30m', 5400],
    ['60s', 60],
    ['0s', 0],
    ['1m1m', 120],
    ['Never', Number.POSITIVE_INFINITY],
  ])('%s is %d seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each(['', '30d', '1.5h', '-1h', '+1h', '1h ', ' 1h', 'h', '60', 'never', '1H', '1ms', '1h30'])(
    '%j is none',
    (text) => {
      expect(secondsOf(text)).toBeUndefined();
    },
  );

  it('is the sum of its parts, in any order', () => {
    const part = fc.record({ count: fc.nat(10_000), unit: fc.constantFrom('h', 'm', 's') });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.map(({ count, unit }) => `${count}${unit}`).join('');
        const one = { h: 3600, m: 60, s: 1 };
        const sum = parts.reduce((total, { count, unit }) => total + count * one[unit], 0);
        expect(secondsOf(text)).toBe(sum);
      }),
    );
  });

  it('takes what the CRD takes, and nothing else', () => {
    const pattern = /^(([0-9]+(s|m|h))+|Never)$/;
    const text = fc.string({
      unit: fc.constantFrom('0', '1', '9', 'h', 'm', 's', 'd', ' ', '-', '.'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(text, (value) => {
        expect(secondsOf(value) !== undefined).toBe(pattern.test(value));
      }),
    );
  });
});
