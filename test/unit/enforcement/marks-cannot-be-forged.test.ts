import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { isSealed, sealed, unsealed } from '../../../shared/enforcement/mark-seal.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { stateOfPool } from '../../../shared/enforcement/standing.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { beyondBounds } from '../../../shared/views/object-bounds.ts';
import { MARK_KEYS, ringOf, SCENE } from './mark-keys.ts';
import { type Json, nudged, recoveringSet, setOf, stored } from './stored.ts';

const ZONE = 'topology.kubernetes.io/zone';
const AWAY = setOf(9, ['use1-az1', 'us-east-1a']);

function pool(name: string, zones: readonly string[], annotations: Record<string, string> = {}): Json {
  return {
    metadata: { name, annotations },
    spec: {
      template: { spec: { requirements: [{ key: ZONE, operator: 'In', values: zones }] } },
      disruption: { budgets: [{ nodes: '10%' }] },
    },
  };
}

const markIn = (object: Json) =>
  nodePoolSchema.parse(object).metadata.annotations?.[DECLARED_ANNOTATION] ?? '';
const zonesIn = (object: Json) => nodePoolSchema.parse(object).spec.template.spec.requirements?.at(0)?.values;
const stateOf = (object: Json, set: Orders, scene = SCENE) =>
  stateOfPool(nodePoolSchema.parse(object), set, { ...DEFAULT_ENFORCEMENT, ...scene });

function withMark(object: Json, text: string, more: object = {}): Json {
  const copy = structuredClone(object);
  return {
    ...copy,
    metadata: { ...(copy.metadata as object), annotations: { [DECLARED_ANNOTATION]: text }, ...more },
  };
}

describe('the seal of a mark', () => {
  it('is of the name, the content and the key', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), fc.string(), (value, name, other) => {
        const content = JSON.stringify({ generation: 1, value });
        const mark = sealed(content, name, MARK_KEYS);
        expect(unsealed(mark)).toBe(content);
        expect(isSealed(mark, name, MARK_KEYS)).toBe(true);
        expect(isSealed(mark, other, MARK_KEYS)).toBe(other === name);
        expect(isSealed(mark, name, ringOf('k2'))).toBe(false);
        expect(isSealed(mark.replace('"generation":1', '"generation":2'), name, MARK_KEYS)).toBe(false);
      }),
    );
  });

  it('is known by a key that was replaced, for as long as the key is kept', () => {
    const mark = sealed('{"generation":1}', 'web', ringOf('k1'));
    expect(isSealed(mark, 'web', ringOf('k2', 'k1'))).toBe(true);
    expect(isSealed(mark, 'web', ringOf('k3', 'k2'))).toBe(false);
  });

  it.each([
    '',
    '{}',
    '"mac"',
    ',"mac":"k1."}',
    `{"a":1,"mac":"k1.${'x'.repeat(22)}"}`,
    `{,"mac":"k9.${'A'.repeat(22)}"}`,
  ])('is not read into %j', (text) => expect(isSealed(text, 'web', MARK_KEYS)).toBe(false));
});

describe('a NodePool under a new key', () => {
  it('keeps the mark that says the same, so that nothing is written', () => {
    const { object } = stored(pool('web', ['us-east-1a', 'us-east-1b']), undefined, AWAY, SCENE);
    const later = { markKeys: ringOf('k2', 'k1') };
    expect(stateOf(object, AWAY, later)).toBe('settled');
    // An apply that sends no annotation, as kubectl replace does.
    const replaced = { ...structuredClone(object), metadata: { name: 'web' } };
    expect(stored(replaced, object, AWAY, later).object).toEqual(object);
  });

  it('is written once more where the key is lost, and is given back as it was declared', () => {
    const declared = pool('web', ['us-east-1a', 'us-east-1b']);
    const { object } = stored(declared, undefined, AWAY, SCENE);
    const lost = { markKeys: ringOf('k9') };
    expect(stateOf(object, AWAY, lost)).toBe('unsettled');
    const anew = stored(object, object, AWAY, lost).object;
    expect(stateOf(anew, AWAY, lost)).toBe('settled');
    expect(zonesIn(anew)).toEqual(['us-east-1b']);
    expect(zonesIn(stored(anew, anew, { generation: 10, zones: [] }, lost).object)).toEqual(
      zonesIn(declared),
    );
  });
});

describe('a forged mark', () => {
  const planted = (generation: number) =>
    withMark(
      pool('evil', ['us-east-1a', 'us-east-1b']),
      JSON.stringify({
        generation,
        zones: [],
        added: [{ key: ZONE, operator: 'NotIn', values: ['nowhere'] }],
      }),
    );

  it.each([10, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER])(
    'of generation %d exempts from nothing and is ahead of nothing',
    (generation) => {
      const evil = planted(generation);
      expect(stateOf(evil, AWAY)).toBe('unsettled');
      const { object, decision } = stored(evil, evil, AWAY, SCENE);
      expect(decision.stale).toBe(false);
      expect(zonesIn(object)).toEqual(['us-east-1b']);
      expect(stateOf(object, AWAY)).toBe('settled');
      expect(stateOf(evil, recoveringSet(AWAY, 10))).toBe('unsettled');
      expect(stateOf(evil, { generation: 10, zones: [] })).toBe('unsettled');
    },
  );

  it('that was taken from another NodePool is no mark of ours', () => {
    const other = stored(
      pool('other', ['us-east-1a', 'us-east-1b']),
      undefined,
      setOf(50, ['use1-az2', 'us-east-1b']),
      SCENE,
    );
    const evil = withMark(pool('evil', ['us-east-1a', 'us-east-1b']), markIn(other.object));
    expect(stateOf(evil, AWAY)).toBe('unsettled');
    expect(zonesIn(stored(evil, evil, AWAY, SCENE).object)).toEqual(['us-east-1b']);
  });

  it.each<[string, readonly string[]]>([
    ['longer than is looked at', ['us-east-1a', '9'.repeat(300)]],
    [
      'more than are looked at',
      ['us-east-1a', ...Array.from({ length: 9000 }, (_, place) => `zone-${place}`)],
    ],
  ])('that says that values were hidden which are %s keeps no zone open', (_, values) => {
    const entry = (of: readonly string[]) => ({
      ...{ key: 'topology.kubernetes.io/zone', operator: 'In', values: of },
    });
    const changed = [{ at: 0, declared: entry(values), stored: entry(['us-east-1a', 'us-east-1b']) }];
    const mark = JSON.stringify({ generation: 1, zones: [], changed });
    // Stored while nobody was asked. The validating step refuses whatever is beyond the bounds.
    const evil = withMark(pool('evil', ['us-east-1a', 'us-east-1b']), mark);
    expect(stateOf(evil, AWAY)).toBe('unsettled');
    const { object } = stored(evil, evil, AWAY, SCENE);
    expect(zonesIn(object)).toEqual(['us-east-1b']);
    expect(beyondBounds(object)).toBeUndefined();
    expect(stateOf(object, AWAY)).toBe('settled');
    expect(zonesIn(nudged(object, { generation: 10, zones: [] }, SCENE))).toEqual([
      'us-east-1a',
      'us-east-1b',
    ]);
  });

  it('that follows on another within one second is not taken for an answer of ours', () => {
    // Stamps of managedFields are whole seconds: the second write of eve does not show that it claims the annotation.
    const managedFields = [
      {
        manager: 'eve',
        operation: 'Update',
        time: '2026-11-21T04:00:00Z',
        fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } },
      },
    ];
    const { object: web } = stored(pool('web', ['us-east-1a', 'us-east-1b']), undefined, AWAY, SCENE);
    const old = withMark(web, markIn(web), { managedFields });
    const content = unsealed(markIn(web));
    for (const forged of [
      content.replaceAll('us-east-1b', 'forged-2'),
      content.replace('"us-east-1a","us-east-1b"', '"us-east-1a","us-east-1b","forged-2"'),
      sealed(
        content.replace('"us-east-1a","us-east-1b"', '"us-east-1a","us-east-1b","forged-2"'),
        'web',
        ringOf('k0'),
      ),
    ]) {
      const { object } = stored(withMark(web, forged, { managedFields }), old, AWAY, SCENE);
      expect(markIn(object)).toBe(markIn(web));
      expect(zonesIn(object)).toEqual(['us-east-1b']);
    }
  });
});

describe('our own answer', () => {
  it('is known when another webhook changes the object after us: the declaration of this very write stays', () => {
    const { object: old } = stored(pool('web', ['us-east-1a', 'us-east-1b']), undefined, AWAY, SCENE);
    const edited = withMark(pool('web', ['us-east-1b', 'us-east-1c']), markIn(old));
    const first = stored(edited, old, AWAY, SCENE).object;
    expect(stored(first, old, AWAY, SCENE).object).toEqual(first);
  });
});
