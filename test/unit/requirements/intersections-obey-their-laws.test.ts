import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AllowedValues,
  allows,
  intersectionOf,
  overlaps,
} from '../../../shared/requirements/allowed-values.ts';
import { allowed, plain, VALUES } from './requirements.ts';

const intersection = (...all: readonly AllowedValues[]) => intersectionOf(all);

const RUNS = { numRuns: 3000 };

/** Whether anything is left: a list with values, or all values but some, of which Karpenter never counts what is left. */
const hasValues = ({ complement, values }: AllowedValues) => complement || values.size > 0;

describe('an intersection', () => {
  it('is the same in either order', () => {
    fc.assert(
      fc.property(allowed, allowed, (a, b) => {
        expect(plain(intersection(a, b))).toEqual(plain(intersection(b, a)));
      }),
      RUNS,
    );
  });

  it('is the same whichever two are taken first', () => {
    fc.assert(
      fc.property(allowed, allowed, allowed, (a, b, c) => {
        const together = plain(intersection(a, b, c));
        expect(plain(intersection(intersection(a, b), c))).toEqual(together);
        expect(plain(intersection(a, intersection(b, c)))).toEqual(together);
      }),
      RUNS,
    );
  });

  it('changes nothing where both are the same', () => {
    fc.assert(
      fc.property(allowed, (a) => {
        expect(plain(intersection(a, a))).toEqual(plain(a));
      }),
      RUNS,
    );
  });

  it('is there if and only if they overlap', () => {
    fc.assert(
      fc.property(allowed, allowed, (a, b) => {
        expect(overlaps(a, b)).toBe(hasValues(intersection(a, b)));
        expect(overlaps(a, b)).toBe(overlaps(b, a));
      }),
      RUNS,
    );
  });

  it('allows exactly the values that both allow', () => {
    fc.assert(
      fc.property(allowed, allowed, fc.constantFrom(...VALUES), (a, b, value) => {
        expect(allows(intersection(a, b), value)).toBe(allows(a, value) && allows(b, value));
      }),
      RUNS,
    );
  });
});
