import fc from 'fast-check';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import type { Orders } from '../../../shared/record/orders.ts';

/**
 * AdmissionReviews as text: most parts right, now and then one that is of any other shape. Text, because some of
 * what comes over the wire (very deep lists) cannot be written by JSON.stringify.
 */

const NAMES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const IDS = ['use1-az1', 'use1-az2', 'use1-az3'];
const KEYS = [
  'topology.kubernetes.io/zone',
  'topology.k8s.aws/zone-id',
  'failure-domain.beta.kubernetes.io/zone',
];

/** Stands for a list in a list in a list, in text. */
const DEEP = /"@deep:(\d+)"/g;
const small: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, -1, 0.5, 1e300, '', 'off', 'x'.repeat(10_000)),
  fc.constantFrom({}, [], [1, 2, 3], [null], { key: 'topology.kubernetes.io/zone' }),
  fc.jsonValue({ maxDepth: 2 }),
);
const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: small },
  { weight: 1, arbitrary: fc.constantFrom(90, 120, 10_000).map((levels) => `@deep:${levels}`) },
  { weight: 1, arbitrary: fc.constantFrom(1_000, 21_000).map((size) => Array(size).fill(1)) },
);

/** The value, or once in a while something else. */
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 40, arbitrary }, { weight: 1, arbitrary: junk });

/** Some members of an object, each mostly right. */
const members = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  mostly(
    fc.record(Object.fromEntries(Object.entries(shape).map(([name, each]) => [name, mostly(each)])), {
      requiredKeys: Object.keys(shape).filter((name) => name === 'spec'),
    }),
  );

const requirement = fc
  .record(
    {
      key: fc.constantFrom(...KEYS, 'kubernetes.io/arch'),
      operator: fc.constantFrom('In', 'In', 'In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Near'),
      values: mostly(fc.uniqueArray(fc.constantFrom(...NAMES, ...IDS), { maxLength: 5 })),
      minValues: mostly(fc.integer({ min: 0, max: 5 })),
      more: small,
    },
    { requiredKeys: ['key', 'operator'] },
  )
  .map((entry) => entry as unknown);
const requirements = fc.oneof(
  { weight: 12, arbitrary: fc.array(mostly(requirement), { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(requirement, { minLength: 98, maxLength: 103 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const budget = fc.oneof(
  fc.constant({ nodes: '0' }),
  fc.constant({ nodes: '10%' }),
  fc.record({ nodes: small, reasons: fc.constant(['Drifted']) }),
);
const budgets = fc.oneof(
  { weight: 10, arbitrary: fc.array(mostly(budget), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(budget, { minLength: 49, maxLength: 52 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const fieldPaths = fc.constantFrom(
  { 'f:spec': { 'f:template': { 'f:spec': { 'f:requirements': {} } }, 'f:disruption': { 'f:budgets': {} } } },
  { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } },
  { 'f:spec': null },
);
const managedFields = fc.array(
  members({
    manager: fc.constantFrom('argocd', 'kubectl'),
    operation: fc.constantFrom('Apply', 'Update'),
    time: fc.constantFrom('2026-11-21T04:00:00Z', '2026-11-21T05:00:00Z'),
    fieldsV1: fieldPaths,
  }),
  { maxLength: 3 },
);

const declaredText = fc.oneof(
  fc
    .record({
      generation: mostly(fc.integer({ min: 0, max: 12 })),
      zones: mostly(
        fc.array(
          fc.record({
            id: fc.constantFrom(...IDS),
            name: fc.constantFrom(...NAMES),
            state: fc.constantFrom('impaired', 'recovering'),
          }),
          { maxLength: 3 },
        ),
      ),
      changed: mostly(
        fc.array(fc.record({ at: fc.nat(4), declared: requirement, stored: requirement }), { maxLength: 2 }),
      ),
      added: mostly(fc.array(requirement, { maxLength: 2 })),
      budgets: mostly(fc.record({ declared: budgets, stored: budgets })),
    })
    .map((value) => JSON.stringify(value)),
  fc.string(),
);
const lastAppliedText = fc.oneof(
  fc.record({ requirements, budgets }).map((lists) =>
    JSON.stringify({
      spec: {
        template: { spec: { requirements: lists.requirements } },
        disruption: { budgets: lists.budgets },
      },
    }),
  ),
  fc.string(),
);
const annotations = members({
  team: fc.string(),
  [DECLARED_ANNOTATION]: declaredText,
  'kubectl.kubernetes.io/last-applied-configuration': lastAppliedText,
  'zonewarden.io/zone-enforcement': fc.constantFrom('on', 'on', 'off'),
  'zonewarden.io/freeze': fc.constantFrom('all', 'drift', 'none', 'some'),
  constructor: fc.string(),
});
const metadata = members({
  name: fc.constant('web'),
  generateName: fc.constant('web-'),
  annotations: fc.oneof({ weight: 4, arbitrary: annotations }, { weight: 1, arbitrary: fc.constant(null) }),
  labels: fc.constant({ team: 'core' }),
  deletionTimestamp: fc.constantFrom(null, null, '2026-11-21T04:00:00Z'),
  managedFields,
});
const nodePool = members({
  metadata,
  spec: members({
    template: mostly(
      fc.record({
        metadata: members({ labels: fc.constantFrom({}, { [KEYS[0] ?? '']: NAMES[0] ?? '' }) }),
        spec: members({ requirements, startupTaints: small }),
      }),
    ),
    disruption: fc.oneof(members({ budgets, consolidateAfter: fc.constant('0s') }), fc.constant(null)),
    weight: small,
  }),
});
const nodeClaim = members({ metadata, spec: members({ requirements, taints: small }) });
const anyObject = fc.oneof(
  { weight: 6, arbitrary: nodePool },
  { weight: 3, arbitrary: nodeClaim },
  { weight: 1, arbitrary: junk },
);

const request = fc.record({
  uid: mostly(fc.uuid()),
  kind: mostly(
    fc.record({
      group: fc.constantFrom('karpenter.sh', 'karpenter.sh', 'karpenter.sh', ''),
      version: fc.constant('v1'),
      kind: fc.constantFrom('NodePool', 'NodePool', 'NodePool', 'NodeClaim', '__proto__'),
    }),
  ),
  operation: mostly(fc.constantFrom('CREATE', 'UPDATE', 'CREATE', 'UPDATE', 'DELETE')),
  userInfo: mostly(fc.constant({ username: 'alice' })),
  object: anyObject,
  oldObject: fc.oneof(anyObject, fc.constant(null)),
  dryRun: mostly(fc.boolean()),
  options: mostly(fc.constantFrom(null, { fieldManager: 'argocd' })),
});

/** The text of a review, most of which can be decided about. */
export const rawReview: fc.Arbitrary<string> = fc
  .record({
    apiVersion: mostly(fc.constant('admission.k8s.io/v1')),
    kind: mostly(fc.constant('AdmissionReview')),
    request: mostly(request),
    sameOld: fc.boolean(),
  })
  .map(({ sameOld, ...review }) => {
    const { request: sent } = review;
    const same = sameOld && typeof sent === 'object' && sent !== null && 'object' in sent;
    return textOf(same ? { ...review, request: { ...sent, oldObject: sent.object } } : review);
  });

/** JSON text of a value that may hold stand-ins for deep lists. */
export function textOf(value: unknown): string {
  return JSON.stringify(value).replace(DEEP, (_all, levels: string) => {
    return '['.repeat(Number(levels)) + ']'.repeat(Number(levels));
  });
}

const source = fc
  .record({
    id: fc.string({ minLength: 1, maxLength: 200 }),
    kind: fc.oneof(fc.constantFrom('autoshift', 'zonal-shift', 'practice-run'), fc.string({ minLength: 1 })),
    until: fc.option(fc.constant('2026-11-22T04:00:00Z'), { nil: undefined }),
  })
  .map(({ id, kind, until }) => ({
    id,
    kind,
    since: '2026-11-21T04:00:00Z',
    ...(until === undefined ? {} : { until }),
  }));

/** Any set of impaired zones, with any number of reasons. */
export const impairedSet: fc.Arbitrary<Orders> = fc
  .record({
    generation: fc.integer({ min: 1, max: 10 }),
    zones: fc.tuple(
      ...IDS.map((id, index) =>
        fc.record({
          id: fc.constant(id),
          name: fc.constantFrom(NAMES[index], NAMES[index], undefined),
          state: fc.constantFrom('impaired', 'recovering', undefined),
          sources: fc.array(source, { maxLength: 6 }),
        }),
      ),
    ),
  })
  .map(({ generation, zones }) => ({
    generation,
    zones: zones.flatMap(({ id, name, state, sources }): Orders['zones'] => {
      return state === undefined ? [] : [{ id, ...(name === undefined ? {} : { name }), state, sources }];
    }),
  }));
