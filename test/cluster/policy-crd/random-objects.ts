import fc from 'fast-check';
import { mutate, mutation } from './mutations.ts';
import { ODD } from './odd-values.ts';

type Kind = 'NodePool' | 'NodeClaim';

/** Good for the most part, so that about half of the objects are good as a whole. */
function mostly(good: readonly unknown[], odd: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 45, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}

/** An object of which some fields are missing for the most part; `undefined` is left out by JSON. */
function some(
  fields: Record<string, fc.Arbitrary<unknown>>,
  required: readonly string[],
): fc.Arbitrary<unknown> {
  return fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        required.includes(name) ? field : fc.option(field, { nil: undefined, freq: 2 }),
      ]),
    ),
  );
}

const KEYS = [
  'kubernetes.io/arch',
  'karpenter.k8s.aws/instance-family',
  'example.com/team',
  'karpenter.sh/capacity-type',
];

const requirement = fc.oneof(
  some(
    {
      key: mostly(KEYS, ODD.key),
      operator: fc.constantFrom('In', 'NotIn'),
      values: mostly([['a', 'b', 'c'], ['arm64'], ['m5', 'm6i', 'c5']], ODD.values),
      minValues: mostly([1], ODD.minValues),
    },
    ['key', 'operator', 'values'],
  ),
  some(
    {
      key: mostly(KEYS, ODD.key),
      operator: fc.constantFrom('Gt', 'Lt', 'Gte', 'Lte'),
      values: mostly([['4'], ['0'], ['100']], ODD.values),
      minValues: mostly([5], ODD.minValues),
    },
    ['key', 'operator', 'values'],
  ),
  some(
    {
      key: mostly(KEYS, ODD.key),
      operator: mostly(['Exists', 'DoesNotExist'], ODD.operator),
      values: mostly([undefined], ODD.values),
      minValues: mostly([1], ODD.minValues),
    },
    ['key', 'operator', 'values'],
  ),
);

const taint = some(
  {
    key: mostly(['example.com/gpu', 'gpu'], ODD.taintKey),
    value: mostly(['true'], ODD.taintValue),
    effect: mostly(['NoSchedule', 'NoExecute'], ODD.effect),
    timeAdded: mostly(['2026-11-21T18:00:00Z'], ODD.timeAdded),
  },
  ['key', 'effect'],
);

const map = (keys: readonly string[], values: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...keys), values, { maxKeys: 3 });

const claimFields = {
  requirements: fc.array(requirement, { maxLength: 3 }),
  nodeClassRef: some(
    {
      group: mostly(['karpenter.k8s.aws'], ODD.group),
      kind: mostly(['EC2NodeClass'], ODD.text),
      name: mostly(['default'], ODD.text),
    },
    ['group', 'kind', 'name'],
  ),
  taints: fc.array(taint, { maxLength: 2 }),
  startupTaints: fc.array(taint, { maxLength: 1 }),
  expireAfter: mostly(['720h', 'Never'], ODD.duration),
  terminationGracePeriod: mostly(['1h'], ODD.duration),
};
const claimSpec = some(claimFields, ['requirements', 'nodeClassRef']);

const budget = fc
  .tuple(
    some({ nodes: mostly(['10%', '0'], ODD.nodes), reasons: mostly([['Empty']], ODD.reasons) }, ['nodes']),
    fc.oneof(
      { weight: 20, arbitrary: fc.constant({}) },
      {
        weight: 20,
        arbitrary: some(
          {
            schedule: mostly(['0 9 * * *', '@daily'], ODD.schedule),
            duration: mostly(['8h'], ODD.budgetDuration),
          },
          ['schedule', 'duration'],
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom({ schedule: '@daily' }, { duration: '8h' }) },
    ),
  )
  .map((parts) => Object.assign({}, ...parts));

const disruption = some(
  {
    consolidateAfter: mostly(['1m', 'Never'], [...ODD.duration, undefined]),
    consolidationPolicy: mostly(['WhenEmpty', 'Balanced'], ODD.policy),
    budgets: fc.array(budget, { maxLength: 2 }),
  },
  ['consolidateAfter'],
);

const templateMetadata = some(
  {
    labels: fc.oneof(
      {
        weight: 20,
        arbitrary: map(['team', 'example.com/a', 'kubernetes.io/arch'], mostly(['a', 'b'], ODD.labelValue)),
      },
      {
        weight: 1,
        arbitrary: map(
          ODD.key.filter((key) => typeof key === 'string'),
          fc.constant('a'),
        ),
      },
    ),
    annotations: map(['a', 'any key/at/all'], mostly(['x'], ODD.annotationValue)),
  },
  [],
);

/** Of a static NodePool and of one that isn't, and now and then of one that can't decide. */
const poolKind = fc.oneof(
  {
    weight: 8,
    arbitrary: some(
      {
        limits: map(['cpu', 'memory', 'nvidia.com/gpu', 'nodes'], mostly(['100', '1Ti', 50], ODD.quantity)),
        weight: mostly([10, 100], ODD.weight),
      },
      [],
    ),
  },
  {
    weight: 2,
    arbitrary: some(
      {
        replicas: mostly([0, 3], ODD.replicas),
        limits: fc.constantFrom({ nodes: 5 }, {}, { nodes: '5', cpu: null }),
      },
      ['replicas'],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { replicas: 1, weight: 5 },
      { replicas: 1, limits: { cpu: 1 } },
      { replicas: 1, limits: { nodes: 1, cpu: 1 } },
      { replicas: null, weight: 3 },
    ),
  },
);

const poolSpec = fc
  .tuple(
    some({ template: some({ spec: claimSpec, metadata: templateMetadata }, ['spec']), disruption }, [
      'template',
    ]),
    poolKind,
  )
  .map((parts) => Object.assign({}, ...parts));

const METADATA_KEYS = [
  'team',
  'example.com/a',
  'A/b',
  'a/b/c',
  'a b',
  'example.com/A_b.c',
  `${'a'.repeat(64)}`,
  '/a',
  'EXAMPLE.com/a',
];

const metadata = some(
  {
    name: mostly(['web', 'spot-1'], ODD.name),
    labels: fc.oneof(
      { weight: 9, arbitrary: map(['team', 'example.com/a'], mostly(['a'], ODD.labelValue)) },
      { weight: 1, arbitrary: map(METADATA_KEYS, fc.constant('a')) },
    ),
    annotations: fc.oneof(
      {
        weight: 9,
        arbitrary: map(['team', 'example.com/a'], mostly(['a', 'any text'], ODD.annotationValue)),
      },
      { weight: 1, arbitrary: map(METADATA_KEYS, fc.constant('a')) },
    ),
  },
  ['name'],
);

function objectOf(kind: Kind): fc.Arbitrary<object> {
  const resources = some({ requests: map(['cpu', 'memory'], mostly(['1', 2], ODD.quantity)) }, []);
  return fc.record({
    apiVersion: fc.oneof(
      { weight: 80, arbitrary: fc.constant('karpenter.sh/v1') },
      { weight: 1, arbitrary: fc.constantFrom(...ODD.apiVersion, undefined) },
    ),
    kind: fc.oneof(
      { weight: 80, arbitrary: fc.constant(kind) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD.kind, undefined) },
    ),
    metadata,
    spec:
      kind === 'NodePool' ? poolSpec : some({ ...claimFields, resources }, ['requirements', 'nodeClassRef']),
  });
}

/** An object as JSON has it; good and bad ones in about equal parts. They follow from the seed alone. */
export function randomObjects(kind: Kind, seed: number, count: number): unknown[] {
  const mutations = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 2 }) },
  );
  return fc.sample(fc.tuple(objectOf(kind), mutations), { seed, numRuns: count }).map(([made, changes]) => {
    const object = JSON.parse(JSON.stringify(made));
    for (const change of changes) mutate(object, JSON.parse(JSON.stringify(change)));
    return JSON.parse(JSON.stringify(object));
  });
}
