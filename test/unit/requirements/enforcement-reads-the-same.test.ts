import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allowedBy, allows } from '../../../shared/requirements/allowed-values.ts';
import { acceptsValue } from '../../../shared/requirements/requirement.ts';
import { requirement } from './requirements.ts';

/** Enforcement asks about zones, one entry and one value at a time, and has a function of its own for that. */
it('gives the same answer for everything that is no number, as zones are', () => {
  const zone = fc.constantFrom('us-east-1a', 'use1-az1', 'a', '', 'b', '1a', '1.5');
  fc.assert(
    fc.property(requirement, zone, (entry, value) => {
      expect(acceptsValue(entry, value)).toBe(allows(allowedBy(entry), value));
    }),
    { numRuns: 3000 },
  );
});
