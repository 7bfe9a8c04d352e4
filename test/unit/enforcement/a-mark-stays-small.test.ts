import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { SCENE } from './mark-keys.ts';
import { type Json, nudged, recoveringSet, setOf, stored } from './stored.ts';

const ZONE = 'topology.kubernetes.io/zone';
const AWAY = setOf(9, ['use1-az1', 'us-east-1a'], ['use1-az2', 'us-east-1b']);
const BACK = { generation: 11, zones: [] };
/** The API server's: keys and values of all annotations, in bytes. */
const MOST_BYTES = 256 * 1024;

interface Parts {
  readonly requirements: readonly object[];
  readonly budgets?: readonly object[];
  readonly annotations?: Record<string, string>;
}

function pool({ requirements, budgets = [{ nodes: '10%' }], annotations = {} }: Parts): Json {
  return {
    metadata: { name: 'web', ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: { template: { spec: { requirements } }, disruption: { budgets } },
  };
}

const zones = (values: readonly string[], more: object = {}) => ({
  key: ZONE,
  operator: 'In',
  values,
  ...more,
});
const many = (count: number, length = 16) =>
  Array.from({ length: count }, (_, index) => `zone-${index}`.padEnd(length, 'x'));
const markIn = (object: Json) => nodePoolSchema.parse(object).metadata.annotations?.[DECLARED_ANNOTATION];
const requirementsIn = (object: Json) => nodePoolSchema.parse(object).spec.template.spec.requirements;
const budgetsIn = (object: Json) => nodePoolSchema.parse(object).spec.disruption?.budgets;

function givenBack(declared: Json): Json {
  const { object } = stored(declared, undefined, AWAY, SCENE);
  return nudged(nudged(object, recoveringSet(AWAY, 10), SCENE), BACK, SCENE);
}

describe('what a mark takes of the annotations', () => {
  it('does not grow with a list that is long', () => {
    const declared = pool({ requirements: [zones(['us-east-1a', ...many(10_000), 'us-east-1b'])] });
    const { object } = stored(declared, undefined, AWAY, SCENE);
    expect(requirementsIn(object)?.at(0)?.values).toHaveLength(10_000);
    expect(markIn(object)?.length).toBeLessThan(1000);
    expect(givenBack(declared)).toEqual(declared);
  });

  it('does not grow with budgets that are long', () => {
    const schedule = `0 9 * * ${'1,'.repeat(20_000)}1`;
    const full = Array.from({ length: 50 }, (_, nth) => ({
      nodes: `${nth}`,
      schedule: '@daily',
      duration: '1h',
    }));
    for (const budgets of [
      [{ nodes: '1', schedule, duration: '1h' }],
      full.with(0, { nodes: '9', schedule, duration: '1h' }),
    ]) {
      const declared = pool({ requirements: [zones(['us-east-1a', 'us-east-1c'])], budgets });
      const { object } = stored(declared, undefined, AWAY, SCENE);
      expect(budgetsIn(object)?.at(-1)).toEqual({ nodes: '0' });
      expect(markIn(object)?.length).toBeLessThan(1000);
      expect(givenBack(declared)).toEqual(declared);
    }
  });

  it('is no more where the list has the zone in it again and again', () => {
    const values = many(2000).flatMap((value) => ['us-east-1a', value, 'us-east-1b']);
    const declared = pool({ requirements: [zones(values)] });
    const { object } = stored(declared, undefined, AWAY, SCENE);
    expect(markIn(object)?.length).toBeLessThan(40_000);
    expect(givenBack(declared)).toEqual(declared);
  });

  it('gives back any list exactly, long or short', () => {
    const value = fc.constantFrom('us-east-1a', 'us-east-1b', ...many(6, 300));
    const entry = fc
      .tuple(fc.array(value, { minLength: 1, maxLength: 30 }), fc.option(fc.integer({ min: 1, max: 3 })))
      .filter(([values, minValues]) => values.length >= (minValues ?? 0))
      .map(([values, minValues]) => zones(values, minValues === null ? {} : { minValues }));
    const other = fc.constant({ key: 'kubernetes.io/arch', operator: 'In', values: many(100, 40) });
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, other), { minLength: 1, maxLength: 4 }), (requirements) => {
        const declared = pool({ requirements });
        expect(givenBack(declared)).toEqual(declared);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an edit of a long list while a zone is away', () => {
  const declared = () =>
    pool({ requirements: [zones(['us-east-1a', ...many(500), 'us-east-1b'], { minValues: 502 })] });

  it('is carried over to what was declared', () => {
    const { object: old } = stored(declared(), undefined, AWAY, SCENE);
    const edited = structuredClone(old);
    const kept = [...many(500).slice(10), 'us-east-1c'];
    edited.spec = {
      template: { spec: { requirements: [zones(kept, { minValues: 491 })] } },
      disruption: { budgets: budgetsIn(old) },
    };
    const after = stored(edited, old, AWAY, SCENE).object;
    expect(requirementsIn(after)?.at(0)?.values).toEqual(kept);
    const back = nudged(after, BACK, SCENE);
    expect(new Set(requirementsIn(back)?.at(0)?.values)).toEqual(
      new Set([...kept, 'us-east-1a', 'us-east-1b']),
    );
  });
});

describe('a NodePool whose annotations are full', () => {
  const filledTo = (bytes: number) => ({ note: 'n'.repeat(bytes - 'note'.length) });
  const requirements = [zones(['us-east-1a', 'us-east-1c'])];

  it('is kept out of the zone all the same, and what cannot be remembered is said', () => {
    const full = pool({ requirements, annotations: filledTo(MOST_BYTES - 20) });
    const { object, decision } = stored(full, undefined, AWAY, SCENE);
    expect(decision).toMatchObject({ noRoomToRemember: 'zones', frozen: false });
    expect(decision.excluded.map(({ id }) => id)).toEqual(['use1-az1']);
    expect(requirementsIn(object)).toEqual([zones(['us-east-1c'])]);
    // Nobody would thaw it.
    expect(budgetsIn(object)).toEqual([{ nodes: '10%' }]);
    // It is settled: it is not nudged again and again, and holds up nobody.
    expect(nudged(object, AWAY, SCENE)).toEqual(object);
    expect(nudged(object, BACK, SCENE)).toEqual(object);
  });

  it('is not frozen where its zones can be remembered and its budgets cannot', () => {
    const budgets = Array.from({ length: 20 }, (_, nth) => ({
      nodes: `${nth}`,
      schedule: '@daily',
      duration: '1h',
    }));
    const { object: roomy } = stored(pool({ requirements, budgets }), undefined, AWAY, {
      ...SCENE,
      freeze: 'none',
    });
    const needed = (markIn(roomy)?.length ?? 0) + DECLARED_ANNOTATION.length;
    const tight = pool({ requirements, budgets, annotations: filledTo(MOST_BYTES - needed) });
    const { object, decision } = stored(tight, undefined, AWAY, SCENE);
    expect(decision).toMatchObject({ noRoomToRemember: 'freeze', frozen: false });
    expect(budgetsIn(object)).toEqual(budgets);
    expect(nudged(object, AWAY, SCENE)).toEqual(object);
    expect(requirementsIn(nudged(object, BACK, SCENE))).toEqual(requirements);
  });

  it('never gets annotations that the API server refuses', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1500 }), fc.boolean(), (left, isWide) => {
        const note = isWide ? 'ü'.repeat((MOST_BYTES - left - 4) >> 1) : 'n'.repeat(MOST_BYTES - left - 4);
        const { object } = stored(pool({ requirements, annotations: { note } }), undefined, AWAY, SCENE);
        const annotations = Object.entries(nodePoolSchema.parse(object).metadata.annotations ?? {});
        const bytes = annotations.map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value));
        expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(MOST_BYTES);
        expect(requirementsIn(object)).toEqual([zones(['us-east-1c'])]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a mark that names more than any mark of ours', () => {
  it.each([
    ['added', 101],
    ['zones', 101],
    ['changed', 101],
  ])('in %s is not looked through', (member, count) => {
    const entries = {
      added: { key: ZONE, operator: 'NotIn', values: ['x'] },
      zones: { id: 'x', state: 'impaired' },
      changed: { at: 0, declared: zones(['x']), stored: zones(['y']) },
    };
    const entry = entries[member as keyof typeof entries];
    const mark = JSON.stringify({
      generation: 1,
      zones: [],
      [member]: Array.from({ length: count }, () => entry),
    });
    const { object } = stored(
      pool({
        requirements: [zones(['us-east-1a', 'us-east-1c'])],
        annotations: { [DECLARED_ANNOTATION]: mark },
      }),
      undefined,
      AWAY,
      SCENE,
    );
    expect(requirementsIn(object)).toEqual([zones(['us-east-1c'])]);
  });
});
