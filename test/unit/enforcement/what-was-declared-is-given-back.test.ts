import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { giveBack } from '../../../shared/enforcement/give-back.ts';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT, type EnforcementSettings } from '../../../shared/enforcement/settings.ts';
import type { JsonPatchOperation } from '../../../shared/json/json-patch.ts';
import { type NodePoolView, nodePoolSchema } from '../../../shared/views/node-pool.ts';

const SET = {
  generation: 9,
  zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' as const, sources: [] }],
};

function pool(requirements: readonly object[], budgets?: readonly object[]): NodePoolView {
  return nodePoolSchema.parse({
    metadata: { name: 'web', annotations: { team: 'a' } },
    spec: { template: { spec: { requirements } }, disruption: budgets === undefined ? {} : { budgets } },
  });
}

function patched(object: NodePoolView, patch: readonly JsonPatchOperation[]): NodePoolView {
  return jsonpatch.applyPatch(structuredClone(object), structuredClone([...patch]), true).newDocument;
}

function stored(object: NodePoolView, settings: EnforcementSettings = DEFAULT_ENFORCEMENT): NodePoolView {
  return patched(object, enforceNodePool(object, undefined, SET, settings).patch);
}

const zones = (...values: string[]) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values });
const ARCH = { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] };
const BUDGETS = [{ nodes: '10%' }];

describe('a NodePool that was changed', () => {
  it.each([
    ['a list of zones', pool([zones('us-east-1a', 'us-east-1b'), ARCH], BUDGETS)],
    ['one zone, which is impaired', pool([zones('us-east-1a')], BUDGETS)],
    ['no word about zones', pool([ARCH], BUDGETS)],
    ['no budgets', pool([zones('us-east-1a', 'us-east-1b')])],
  ])('with %s is what its owner declared', (_name, declared) => {
    const changed = stored(declared);
    expect(changed).not.toEqual(declared);
    const back = giveBack(changed, 'all');
    expect(back).toMatchObject({ kind: 'marked', frozen: true });
    expect(patched(changed, back.kind === 'marked' ? back.patch : [])).toEqual(declared);
  });

  it('gets its zones in the first step and keeps its freeze', () => {
    const declared = pool([zones('us-east-1a', 'us-east-1b')], BUDGETS);
    const first = giveBack(stored(declared), 'zones');
    const after = patched(stored(declared), first.kind === 'marked' ? first.patch : []);
    expect(after.spec.template).toEqual(declared.spec.template);
    expect(after.spec.disruption?.budgets).toEqual([...BUDGETS, { nodes: '0' }]);
    expect(giveBack(after, 'zones')).toMatchObject({ kind: 'marked', patch: [] });
    const second = giveBack(after, 'all');
    expect(patched(after, second.kind === 'marked' ? second.patch : [])).toEqual(declared);
  });

  it('is told to be without a freeze where it is', () => {
    const changed = stored(pool([zones('us-east-1a', 'us-east-1b')]), {
      ...DEFAULT_ENFORCEMENT,
      freeze: 'none',
    });
    expect(giveBack(changed, 'all')).toMatchObject({ kind: 'marked', frozen: false });
  });
});

describe('a NodePool that is left alone', () => {
  it('bears no mark of ours', () => {
    expect(giveBack(pool([zones('us-east-1a')]), 'all')).toEqual({ kind: 'unmarked' });
  });

  it('bears one that nobody can read: removing it would lose what it says', () => {
    const object = pool([zones('us-east-1b')]);
    const garbled = { ...object, metadata: { annotations: { [DECLARED_ANNOTATION]: '{"generation":' } } };
    expect(giveBack(garbled, 'all')).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/not what we write/),
    });
  });
});
