import fc from 'fast-check';
import type { ZoneState } from '../../../../shared/record/orders.ts';
import type { Entry, Manifest } from './model-content.ts';
import type { Editor } from './model-server.ts';

export const NAMES = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'];
export const IDS = ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4'];
const NAME_KEYS = [
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
];
const ID_KEY = 'topology.k8s.aws/zone-id';

/** One thing that happens to a NodePool. Plain data, so that a failing history can be kept as a case. */
export type Step =
  | { do: 'clientApply' | 'serverApply'; manifest: Manifest; manager: string }
  | { do: 'reapply' }
  | { do: 'editList'; nth: number; add?: string; remove?: number; by?: Editor }
  | { do: 'removeList'; nth: number; by?: Editor }
  | { do: 'appendRefusal'; value: string }
  | { do: 'addBudget'; budget: Entry }
  | { do: 'touch' }
  | { do: 'tamper'; what: 'annotation' | 'freeze' | 'both' | 'not-in' }
  /** `thawed`: for which zones NodePools need not be frozen; for none where it is absent. */
  | { do: 'shift'; zones: ('healthy' | ZoneState)[]; named: boolean[]; thawed?: boolean[]; nudge: boolean }
  | { do: 'staleReplica' }
  | { do: 'nudge' }
  // Not generated, because something is still lost then (a kubectl replace in our absence): our webhook goes and is not asked, and comes back.
  | { do: 'away' | 'back' };

const list = fc
  .record({
    dimension: fc.constantFrom('name', 'name', 'name', 'id'),
    key: fc.constantFrom(...NAME_KEYS),
    zones: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }),
    least: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  })
  .map(({ dimension, key, zones, least }): Entry => {
    const values = zones.map((zone) => (dimension === 'name' ? NAMES : IDS)[zone] ?? '');
    const minValues = least === undefined ? {} : { minValues: Math.min(least, values.length) };
    return { key: dimension === 'name' ? key : ID_KEY, operator: 'In', values, ...minValues };
  });
const requirement = fc.oneof(
  { weight: 4, arbitrary: list },
  fc.constantFrom<Entry>(
    { key: 'topology.kubernetes.io/zone', operator: 'Exists' },
    { key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: ['us-east-1d'] },
    { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
    { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['3'] },
  ),
);
const budget = fc.constantFrom<Entry>(
  { nodes: '10%' },
  { nodes: '30%' },
  { nodes: '0' },
  { nodes: '5', reasons: ['Drifted'] },
);
const manifest: fc.Arbitrary<Manifest> = fc.record(
  {
    requirements: fc.array(requirement, { maxLength: 4 }),
    budgets: fc.array(budget, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['requirements'] },
);
const four = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 4, maxLength: 4 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('clientApply' as const, 'serverApply' as const),
      manifest,
      manager: fc.constantFrom('argocd', 'flux'),
    }),
  },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'reapply' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('editList' as const),
      nth: fc.nat(1),
      add: fc.constantFrom(...NAMES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('editList' as const), nth: fc.nat(1), remove: fc.nat(2) }),
  },
  fc.record({ do: fc.constant('removeList' as const), nth: fc.nat(1) }),
  fc.record({ do: fc.constant('appendRefusal' as const), value: fc.constantFrom(...NAMES) }),
  fc.record({ do: fc.constant('addBudget' as const), budget }),
  fc.constant<Step>({ do: 'touch' }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('tamper' as const),
      what: fc.constantFrom('annotation' as const, 'freeze' as const, 'both' as const, 'not-in' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('shift' as const),
      zones: four(fc.constantFrom('healthy' as const, 'impaired' as const, 'recovering' as const)),
      named: four(fc.constantFrom(true, true, true, false)),
      thawed: four(fc.boolean()),
      nudge: fc.boolean(),
    }),
  },
  fc.constant<Step>({ do: 'staleReplica' }),
  fc.constant<Step>({ do: 'nudge' }),
);

/** A history: how the NodePool is first declared, and what happens to it. */
export const historyOf = (mostSteps: number): fc.Arbitrary<History> =>
  fc.record({
    first: manifest,
    how: fc.constantFrom('clientApply' as const, 'serverApply' as const, 'create' as const),
    reinvokes: fc.boolean(),
    quick: fc.constantFrom(false, false, false, true),
    steps: fc.array(step, { minLength: 1, maxLength: mostSteps }),
  });
export interface History {
  first: Manifest;
  how: 'clientApply' | 'serverApply' | 'create';
  /** Another webhook changes the object after ours in each request, so that ours is asked a second time. */
  reinvokes: boolean;
  /** All writes come within one second. Default: each in a second of its own. */
  quick?: boolean;
  steps: Step[];
}
