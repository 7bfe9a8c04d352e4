import fc from 'fast-check';
import { encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import { sealed } from '../../../shared/enforcement/mark-seal.ts';
import { MARK_KEYS, ringOf } from '../../unit/enforcement/mark-keys.ts';
import {
  budget,
  few,
  KEYS,
  mostly,
  OPERATORS,
  requirement,
  safeJson,
  values,
  word,
  ZONE,
} from './hostile-values.ts';

const generation = fc.constantFrom(0, 1, 6, 7, 8, 2 ** 52, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER, -1, 0.5);
const forged = fc.record(
  {
    generation: mostly(generation),
    zones: mostly(
      few(fc.record({ id: word, name: word, state: fc.constantFrom('impaired', 'recovering', 'x') }), 500),
    ),
    changed: mostly(
      few(
        fc.oneof(
          fc.record({ at: fc.integer({ min: -1, max: 200 }), declared: requirement, stored: requirement }),
          fc.record({
            ...{ at: fc.nat(200), key: fc.constantFrom(...KEYS), operator: fc.constantFrom(...OPERATORS) },
            ...{ declaredDigest: word, storedDigest: word },
            hidden: fc.dictionary(word, fc.array(fc.nat(1e9), { maxLength: 3 }), { maxKeys: 3 }),
            appended: values,
          }),
        ),
        300,
      ),
    ),
    added: mostly(few(requirement, 7000)),
    budgets: mostly(
      fc.oneof(
        fc.record({ declared: few(budget, 500), stored: few(budget, 500) }),
        fc.record({ storedDigest: word, freeze: budget, replaced: budget }),
      ),
    ),
  },
  { requiredKeys: ['generation', 'zones'] },
);
/** Sealed by another key, for another NodePool, or taken from this one when it was marked for an older set. */
const copied = fc
  .constantFrom(
    ...([5, 9, 2 ** 52] as const).flatMap((generation) => [
      { generation, name: 'web', keys: ringOf('k2') },
      { generation, name: 'other', keys: MARK_KEYS },
    ]),
    { generation: 5, name: 'web', keys: MARK_KEYS },
    { generation: 7, name: 'web', keys: MARK_KEYS },
  )
  .map(({ generation, name, keys }) => {
    const added = [{ key: ZONE, operator: 'NotIn', values: ['nowhere'] }];
    return sealed(encodeDeclared({ generation, zones: [], changed: [], added }), name, keys);
  });
/** Text of the annotation `zonewarden.io/declared`. */
export const hostileMark = fc.oneof(
  { weight: 4, arbitrary: forged.map((mark) => safeJson(mark)) },
  { weight: 1, arbitrary: copied },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{',
      '{}',
      'null',
      '[]',
      '{"generation":1,"zones":[],"mac":"k1.x"}',
      '[['.repeat(60_000),
    ),
  },
);
