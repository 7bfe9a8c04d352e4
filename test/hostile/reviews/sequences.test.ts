import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { markOf } from '../../../shared/enforcement/mark.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { generationOfPool, stateOfPool } from '../../../shared/enforcement/standing.ts';
import { isOpenTo } from '../../../shared/enforcement/zone-constraints.ts';
import { type NodePoolView, nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { MARK_KEYS, SCENE } from '../../unit/enforcement/mark-keys.ts';
import { type Json, nudged, setOf, stored } from '../../unit/enforcement/stored.ts';
import { hostileMark } from './hostile-marks.ts';

/** By hand: ZONEWARDEN_HOSTILE=1000000, and any seed. */
const { ZONEWARDEN_HOSTILE = '1000', ZONEWARDEN_SEED = '14' } = process.env;
const COUNT = Number(ZONEWARDEN_HOSTILE);
const SEED = Number(ZONEWARDEN_SEED);

const ZONE = 'topology.kubernetes.io/zone';
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;
const AWAY = setOf(7, ['use1-az1', 'us-east-1a']);
const BACK = { generation: 9, zones: [] };

/** What one write sends: a list, and a mark that somebody made up, kept, or took out. */
const write = fc.record({
  zones: fc.subarray([...ZONES], { minLength: 1 }),
  mark: fc.oneof(
    { weight: 3, arbitrary: hostileMark },
    { weight: 2, arbitrary: fc.constantFrom('kept' as const, 'none' as const) },
  ),
  stamp: fc.constantFrom('04:00:00', '04:00:01'),
  /** Stored while no webhook is asked. */
  isUnseen: fc.boolean(),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

function sentBy({ zones, mark, stamp }: Write, old: Json | undefined): Json {
  const kept = old === undefined ? undefined : view(old).metadata.annotations?.[DECLARED_ANNOTATION];
  const text = mark === 'none' ? undefined : mark === 'kept' ? kept : mark;
  const fieldsV1 = { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } };
  const managedFields = [{ manager: 'eve', operation: 'Update', time: `2026-11-21T${stamp}Z`, fieldsV1 }];
  return {
    metadata: {
      name: 'web',
      ...(text === undefined ? {} : { annotations: { [DECLARED_ANNOTATION]: text }, managedFields }),
    },
    spec: {
      template: { spec: { requirements: [{ key: ZONE, operator: 'In', values: zones }] } },
      disruption: { budgets: [{ nodes: '10%' }] },
    },
  };
}

const view = (object: Json): NodePoolView => nodePoolSchema.parse(object);
const isOpenToAway = (object: Json) => {
  const [zone] = AWAY.zones;
  return zone !== undefined && isOpenTo({ requirements: requirementsOf(view(object)), labels: {} }, zone);
};

/** What is stored after a write. What the webhook saw is sound. */
function afterWrite(one: Write, old: Json | undefined): Json {
  const sent = sentBy(one, old);
  const object = one.isUnseen ? sent : stored(sent, old, AWAY, SCENE).object;
  const pool = view(object);
  expect(generationOfPool(pool, MARK_KEYS)).toBeLessThanOrEqual(AWAY.generation);
  if (one.isUnseen) return object;
  expect(isOpenToAway(object)).toBe(false);
  expect(markOf(pool, MARK_KEYS)?.isGenuine ?? true).toBe(true);
  return object;
}

describe('writes of somebody who makes up marks, seen by the webhook or not', () => {
  it('never open the NodePool to a zone that is away, lift no generation, and are over when the zone is back', () => {
    fc.assert(
      fc.property(fc.array(write, { minLength: 1, maxLength: 6 }), (writes) => {
        let object: Json | undefined;
        for (const one of writes) object = afterWrite(one, object);
        // The watcher's nudge, whatever is stored now.
        const settled = nudged(object ?? {}, AWAY, SCENE);
        expect(isOpenToAway(settled)).toBe(false);
        expect(stateOfPool(view(settled), AWAY, { ...DEFAULT_ENFORCEMENT, ...SCENE })).toBe('settled');
        const back = nudged(settled, BACK, SCENE);
        expect(stateOfPool(view(back), BACK, { ...DEFAULT_ENFORCEMENT, ...SCENE })).toBe('settled');
        expect(view(back).metadata.annotations?.[DECLARED_ANNOTATION]).toBeUndefined();
      }),
      { numRuns: COUNT, seed: SEED, endOnFailure: COUNT > 10_000 },
    );
  }, 86_400_000);
});
