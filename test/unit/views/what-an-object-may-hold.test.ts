import { describe, expect, it } from 'vitest';
import { beyondBounds, leavesSpecBeyond } from '../../../shared/views/object-bounds.ts';
import { readPool } from '../../../shared/views/pool-view.ts';
import { SCENE } from '../enforcement/mark-keys.ts';
import { type Json, nudged, setOf, stored } from '../enforcement/stored.ts';

const entry = (values: readonly unknown[]) => ({
  key: 'topology.kubernetes.io/zone',
  operator: 'In',
  values,
});
const many = <T>(count: number, make: (place: number) => T) =>
  Array.from({ length: count }, (_, place) => make(place));
const map = (count: number) => Object.fromEntries(many(count, (place) => [`key-${place}`, 'x']));

interface Parts {
  readonly requirements?: readonly unknown[];
  readonly spec?: object;
  readonly claim?: object;
  readonly metadata?: object;
  readonly template?: object;
}

function pool({ requirements = [], spec, claim, metadata, template }: Parts) {
  return {
    metadata: { name: 'web', uid: 'uid-web', ...metadata },
    spec: { ...spec, template: { metadata: template, spec: { requirements, ...claim } } },
  };
}

const REQUIREMENTS = 'spec.template.spec.requirements';

describe('what nobody writes by hand or by generator', () => {
  it.each<[string, unknown]>([
    [
      'a NodePool of every type that EC2 has',
      pool({ requirements: [entry(many(1400, (at) => `m${at}.large`))] }),
    ],
    ['100 requirements of 50 values', pool({ requirements: many(100, () => entry(many(50, String))) })],
    ['a NodeClaim of 600 types', { spec: { requirements: [entry(many(600, String))] } }],
    ['an annotation of as many quotes', pool({ metadata: { annotations: { note: '"'.repeat(250_000) } } })],
    ['an annotation of 250 kB', pool({ metadata: { annotations: { note: 'x'.repeat(250_000) } } })],
    ['no object', 7],
    ['nothing', undefined],
  ])('does not bound %s', (_, object) => {
    expect(beyondBounds(object)).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    [
      'values of a NodePool',
      pool({ requirements: [entry([]), entry(many(19_500, String))] }),
      `${REQUIREMENTS}[1].values has 19500 values, and at most 5000 are looked at`,
    ],
    [
      'values of a NodeClaim',
      { spec: { requirements: [entry(many(5001, String))] } },
      'spec.requirements[0].values has 5001 values, and at most 5000 are looked at',
    ],
    [
      'values of many requirements',
      pool({ requirements: many(100, () => entry(many(60, String))) }),
      `${REQUIREMENTS} has 6000 values, and at most 5000 are looked at`,
    ],
    [
      'members of a status',
      { ...pool({}), status: { resources: map(10_001) } },
      'it holds more than 10000 values',
    ],
    [
      'digits',
      pool({ requirements: [entry(['7'.repeat(1_300_000)])] }),
      `${REQUIREMENTS}[0].values[0] has 1300000 characters, and at most 253 are looked at`,
    ],
    [
      'requirements',
      pool({ requirements: many(201, () => entry([])) }),
      `${REQUIREMENTS} has 201 entries, and at most 200 are looked at`,
    ],
    [
      'taints',
      pool({ claim: { taints: many(101, () => ({})) } }),
      'spec.template.spec.taints has 101 entries, and at most 100 are looked at',
    ],
    [
      'budgets',
      pool({ spec: { disruption: { budgets: many(101, () => ({})) } } }),
      'spec.disruption.budgets has 101 entries, and at most 100 are looked at',
    ],
    [
      'annotations',
      pool({ metadata: { annotations: map(257) } }),
      'metadata.annotations has 257 entries, and at most 256 are looked at',
    ],
    [
      'managedFields',
      pool({ metadata: { managedFields: many(201, () => ({})) } }),
      'metadata.managedFields has 201 entries, and at most 200 are looked at',
    ],
    [
      'labels of nodes',
      pool({ template: { labels: map(257) } }),
      'spec.template.metadata.labels has 257 entries, and at most 256 are looked at',
    ],
    [
      'bytes',
      pool({ template: { annotations: { note: 'x'.repeat(1_000_001) } } }),
      'it has more than 1000000 bytes',
    ],
    [
      'bytes that are not ASCII',
      pool({ spec: { disruption: { budgets: [{ schedule: 'ü'.repeat(500_001) }] } } }),
      'it has more than 1000000 bytes',
    ],
    [
      'bytes of what Go escapes',
      pool({ metadata: { annotations: { note: '<'.repeat(200_000) } } }),
      'it has more than 1000000 bytes',
    ],
    [
      'nesting',
      pool({ spec: { deep: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) } }),
      'it is nested more than 100 levels deep',
    ],
  ])('bounds %s', (_, object, words) => {
    expect(beyondBounds(object)).toBe(words);
  });
});

describe('a NodePool that is as full as it may be', () => {
  const AWAY = setOf(9, ['use1-az1', 'us-east-1a'], ['use1-az2', 'us-east-1b']);
  const types = {
    key: 'node.kubernetes.io/instance-type',
    operator: 'In',
    values: many(5000, (at) => `m${at}.large`),
  };
  const spec = { disruption: { budgets: [{ nodes: '10%' }] } };
  it.each<[string, Json]>([
    ['values', pool({ spec, requirements: [types] })],
    ['annotations', pool({ spec, metadata: { annotations: map(256) } })],
    ['members', { ...pool({ spec }), status: { resources: map(9980) } }],
    ['bytes', pool({ spec, template: { annotations: { note: 'x'.repeat(999_700) } } })],
  ])('of %s is within the bounds once it is kept out of two zones, and is given back', (_, declared) => {
    expect(beyondBounds(declared)).toBeUndefined();
    const { object } = stored(declared, undefined, AWAY, SCENE);
    expect(Object.keys(object.metadata as object)).toContain('annotations');
    expect(beyondBounds(object)).toBeUndefined();
    const back = nudged(object, { generation: 11, zones: [] }, SCENE);
    expect(back.spec).toEqual(declared.spec);
  });

  it('of values has no more room without a mark of ours', () => {
    const { key, operator, values } = types;
    const more = pool({ requirements: [{ key, operator, values: [...values, 'x'] }] });
    expect(beyondBounds(more)).toMatch(/has 5001 values, and at most 5000/);
  });
});

describe('a write that leaves alone what is stored beyond the bounds', () => {
  const heavy = pool({ requirements: [entry(many(6000, String))] });

  it('changes no spec', () => {
    const labelled = { ...heavy, metadata: { ...heavy.metadata, labels: { a: 'b' } } };
    expect(leavesSpecBeyond(labelled, heavy)).toBe(true);
    expect(leavesSpecBeyond(pool({ requirements: [entry(many(6001, String))] }), heavy)).toBe(false);
  });

  it('is none where what is stored is within them', () => {
    expect(leavesSpecBeyond(heavy, pool({}))).toBe(false);
    expect(leavesSpecBeyond(heavy, undefined)).toBe(false);
  });

  it('overflows no stack', () => {
    const deep = () => pool({ spec: { deep: JSON.parse(`${'['.repeat(9000)}${']'.repeat(9000)}`) } });
    expect(leavesSpecBeyond(deep(), deep())).toBe(false);
  });
});

it('a stored NodePool beyond them is not read', () => {
  expect(() => readPool(pool({ requirements: [entry(many(6000, String))] }))).toThrow(
    expect.objectContaining({
      code: 'object.beyond-bounds',
      message: expect.stringMatching(/^NodePool web is not looked at: .*has 6000 values.*Shorten it/),
    }),
  );
});
