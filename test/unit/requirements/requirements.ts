import fc from 'fast-check';
import {
  type AllowedValues,
  allowedBy,
  intersectionOf,
} from '../../../shared/requirements/allowed-values.ts';
import type { Requirement } from '../../../shared/requirements/requirement.ts';

/** Small numbers for the most part, so that bounds, lists and values meet. */
export const VALUES = [
  'a',
  'b',
  '0',
  '1',
  '2',
  '3',
  '+2',
  '02',
  '-1',
  '',
  '9223372036854775807',
  '9223372036854775808',
];

const value = fc.constantFrom(...VALUES);
const bound = fc.constantFrom('0', '1', '2', '3', '-1', '9223372036854775806');
const minValues = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });

/** Any entry for one key that the CRD accepts, and those that it refuses of other reasons than a missing bound. */
export const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key: fc.constant('k'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.array(value, { maxLength: 4 }),
    minValues,
  }),
  fc.record({
    key: fc.constant('k'),
    operator: fc.constantFrom('Gt', 'Lt', 'Gte', 'Lte'),
    values: fc.tuple(bound),
    minValues,
  }),
  fc.record({ key: fc.constant('k'), operator: fc.constantFrom('Exists', 'DoesNotExist'), minValues }),
);

/** What one entry or several together allow. */
export const allowed: fc.Arbitrary<AllowedValues> = fc
  .array(requirement, { minLength: 1, maxLength: 3 })
  .map((entries) => intersectionOf(entries.map(allowedBy)));

/** All that can be told of it, as plain data. */
export function plain({ complement, values, least, most, minValues }: AllowedValues) {
  return { complement, values: [...values].sort(), least, most, minValues };
}
