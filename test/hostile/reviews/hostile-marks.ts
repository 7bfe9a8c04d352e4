import { encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import { sealed } from '../../../shared/enforcement/mark-seal.ts';
import { MARK_KEYS, ringOf } from '../../unit/enforcement/mark-keys.ts';
import { safeJson } from '../drawing/any-json.ts';
import type { Draw } from '../drawing/draw.ts';
import {
  budget,
  few,
  KEYS,
  mostly,
  mostlyOf,
  OPERATORS,
  perhaps,
  requirement,
  values,
  word,
  ZONE,
} from './hostile-values.ts';

const GENERATIONS = [0, 1, 6, 7, 8, 2 ** 52, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER, -1, 0.5];

function zone(draw: Draw) {
  return { id: word(draw), name: word(draw), state: draw.of(['impaired', 'recovering', 'x']) };
}

function changed(draw: Draw): unknown {
  if (draw.oneIn(2))
    return { at: draw.within(-1, 200), declared: requirement(draw), stored: requirement(draw) };
  const hidden = draw.list(3, () => [word(draw), draw.list(3, () => draw.below(1e9))] as const);
  return {
    ...{ at: draw.below(201), key: draw.of(KEYS), operator: draw.of(OPERATORS) },
    ...{ declaredDigest: word(draw), storedDigest: word(draw) },
    hidden: Object.fromEntries(hidden),
    appended: values(draw),
  };
}

function budgets(draw: Draw): unknown {
  if (draw.oneIn(2)) return { declared: few(draw, budget, 500), stored: few(draw, budget, 500) };
  return { storedDigest: word(draw), freeze: budget(draw), replaced: budget(draw) };
}

function forged(draw: Draw): string {
  return safeJson({
    generation: mostlyOf(draw, GENERATIONS),
    zones: mostly(draw, () => few(draw, zone, 500)),
    changed: perhaps(draw, () => mostly(draw, () => few(draw, changed, 300))),
    added: perhaps(draw, () => mostly(draw, () => few(draw, requirement, 7000))),
    budgets: perhaps(draw, () => mostly(draw, budgets)),
  });
}

/** Sealed by another key, for another NodePool, or taken from this one when it was marked for an older set. */
const COPIED = [
  { generation: 5, name: 'web', keys: MARK_KEYS },
  { generation: 7, name: 'web', keys: MARK_KEYS },
  ...[5, 9, 2 ** 52].flatMap((generation) => [
    { generation, name: 'web', keys: ringOf('k2') },
    { generation, name: 'other', keys: MARK_KEYS },
  ]),
].map(({ generation, name, keys }) => {
  const added = [{ key: ZONE, operator: 'NotIn', values: ['nowhere'] }];
  return sealed(encodeDeclared({ generation, zones: [], changed: [], added }), name, keys);
});

const UNREADABLE = [
  '',
  '{',
  '{}',
  'null',
  '[]',
  '{"generation":1,"zones":[],"mac":"k1.x"}',
  '[['.repeat(60_000),
];

/** Text of the annotation `zonewarden.io/declared`. */
export function hostileMark(draw: Draw): string {
  return draw.weighted([
    [1, () => draw.of(draw.isLarge ? UNREADABLE : UNREADABLE.slice(0, -1))],
    [1, () => draw.of(COPIED)],
    [4, () => forged(draw)],
  ]);
}
