import { describe, expect, it } from 'vitest';
import { amountOf, showAmount } from '../../../../shared/policy/values/quantity.ts';

describe('a quantity', () => {
  it.each([
    ['1000', 1000],
    [1000, 1000],
    ['100m', 0.1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1k', 1000],
    ['2M', 2e6],
    ['1000Gi', 1000 * 2 ** 30],
    ['8192Mi', 8 * 2 ** 30],
    ['1Ki', 1024],
    ['12e6', 12e6],
    ['12E6', 12e6],
    ['1E', 1e18],
    ['1Ei', 2 ** 60],
    ['-3', -3],
    ['1e-3', 0.001],
    ['1500u', 0.0015],
  ])('%j is %d', (quantity, amount) => {
    expect(amountOf(quantity)).toBeCloseTo(amount, 9);
  });

  it.each(['', 'many', '1 Gi', '1gi', '1K', '1kB', '--1', '1e', '.', Number.NaN, Number.POSITIVE_INFINITY])(
    '%j is none',
    (quantity) => {
      expect(amountOf(quantity)).toBeUndefined();
    },
  );

  it('is shown as people read it', () => {
    expect(showAmount('cpu', 36.54)).toBe('36.5');
    expect(showAmount('nodes', 1200)).toBe('1,200');
    expect(showAmount('memory', 1365 * 2 ** 30)).toBe('1,365 Gi');
  });
});
