import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedByAll } from '../../../shared/requirements/accepted-by-all.ts';
import { acceptsValue } from '../../../shared/requirements/requirement.ts';
import { requirement, VALUES } from './requirements.ts';

describe('a value that is held against many requirements at once', () => {
  it('is accepted if and only if each of them accepts it', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 5 }), (entries) => {
        const accepts = acceptedByAll(entries);
        for (const value of [...VALUES, 'c'])
          expect(accepts(value)).toBe(entries.every((entry) => acceptsValue(entry, value)));
      }),
      { numRuns: 2000 },
    );
  });
});
