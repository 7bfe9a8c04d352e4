import { expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { declaredNodePool } from '../../../shared/enforcement/declared-object.ts';
import { setOf, stored } from './stored.ts';

const SET = setOf(4, ['use1-az1', 'us-east-1a']);

const pool = (requirements: readonly object[]) => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'web', labels: { team: 'a' }, annotations: { 'example.test/owner': 'me' } },
  spec: {
    weight: 3,
    limits: { cpu: '100' },
    template: {
      metadata: { labels: { tier: 'web' } },
      spec: { requirements, nodeClassRef: { name: 'default' }, taints: [{ key: 'x' }] },
    },
    disruption: { consolidateAfter: '1m', budgets: [{ nodes: '10%' }] },
  },
});

it.each([
  [
    'a list of zones',
    pool([{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a', 'us-east-1b'] }]),
  ],
  ['no word about zones', pool([{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }])],
])(
  'with %s: every field is as it was declared, those that enforcement never reads too',
  (_name, declared) => {
    const { object } = stored(declared, undefined, SET);
    expect(JSON.stringify(object)).toContain(DECLARED_ANNOTATION);
    const text = JSON.stringify(object);
    expect(declaredNodePool(object)).toEqual(declared);
    expect(JSON.stringify(object)).toBe(text);
  },
);

it('without our mark it is the object itself', () => {
  const declared = pool([]);
  expect(declaredNodePool(declared)).toBe(declared);
});

it.each([
  ['no NodePool', { kind: 'ConfigMap' }],
  ['a mark that nobody can read', { ...pool([]), metadata: { annotations: { [DECLARED_ANNOTATION]: 'x' } } }],
])('%s is left as it is', (_name, object) => {
  expect(declaredNodePool(object)).toBe(object);
});
