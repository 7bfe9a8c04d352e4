import { ODD } from './odd-values.ts';

type Step = string | number;
/** Where, and what is put there in turn. `undefined` takes the field away. */
type Odd = readonly [readonly Step[], readonly unknown[]];

const many = (count: number, one: unknown) => Array.from({ length: count }, () => one);
const labels = (count: number) =>
  Object.fromEntries(many(count, 'a').map((value, index) => [`l${index}`, value]));

const TAINT = {
  key: 'example.com/gpu',
  value: 'true',
  effect: 'NoSchedule',
  timeAdded: '2026-11-21T18:00:00Z',
};
const REQUIREMENTS = [
  { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64', 'x'], minValues: 2 },
  { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['4'] },
  { key: 'team', operator: 'Exists' },
];
const CLAIM = {
  nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
  requirements: REQUIREMENTS,
  taints: [TAINT],
  startupTaints: [TAINT],
  expireAfter: '720h',
  terminationGracePeriod: '1h',
};
const METADATA = { name: 'web', labels: { team: 'a' }, annotations: { note: 'any text' } };
const BUDGET = { nodes: '10%', reasons: ['Drifted'], schedule: '@daily', duration: '8h' };

/** Objects that name every field there is. */
const FULL = {
  NodePool: {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: METADATA,
    spec: {
      weight: 5,
      limits: { cpu: '100', nodes: 5 },
      disruption: {
        consolidateAfter: '1m',
        consolidationPolicy: 'WhenEmpty',
        budgets: [BUDGET, { nodes: '5' }],
      },
      template: { metadata: { labels: { team: 'a' }, annotations: { note: 'x' } }, spec: CLAIM },
    },
  },
  NodeClaim: {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: METADATA,
    spec: { ...CLAIM, resources: { requests: { cpu: '1' } } },
  },
} as const;

const ofTaint = (at: readonly Step[]): Odd[] => [
  [at, [undefined, ...ODD.anything]],
  [[...at, 0], ODD.anything],
  [
    [...at, 0, 'key'],
    [undefined, ...ODD.taintKey],
  ],
  [
    [...at, 0, 'value'],
    [undefined, ...ODD.taintValue],
  ],
  [
    [...at, 0, 'effect'],
    [undefined, ...ODD.effect],
  ],
  [
    [...at, 0, 'timeAdded'],
    [undefined, ...ODD.timeAdded],
  ],
  [[...at, 0, 'foo'], ['x']],
];

function ofClaim(at: readonly Step[]): Odd[] {
  const requirements = [...at, 'requirements'];
  const nodeClassRef = [...at, 'nodeClassRef'];
  return [
    [at, [undefined, ...ODD.anything]],
    [nodeClassRef, [undefined, ...ODD.anything]],
    [
      [...nodeClassRef, 'group'],
      [undefined, ...ODD.group],
    ],
    [
      [...nodeClassRef, 'kind'],
      [undefined, ...ODD.text],
    ],
    [
      [...nodeClassRef, 'name'],
      [undefined, ...ODD.text],
    ],
    [requirements, [undefined, ...ODD.anything, many(100, REQUIREMENTS[2]), many(101, REQUIREMENTS[2])]],
    [[...requirements, 2], ODD.anything],
    [
      [...requirements, 2, 'key'],
      [undefined, ...ODD.key],
    ],
    [
      [...requirements, 2, 'operator'],
      [undefined, ...ODD.operator],
    ],
    [[...requirements, 0, 'operator'], ODD.operator],
    ...[0, 1, 2].map((place): Odd => [[...requirements, place, 'values'], ODD.values]),
    ...[0, 1, 2].map((place): Odd => [[...requirements, place, 'minValues'], ODD.minValues]),
    ...ofTaint([...at, 'taints']),
    ...ofTaint([...at, 'startupTaints']),
    [
      [...at, 'expireAfter'],
      [undefined, ...ODD.duration],
    ],
    [
      [...at, 'terminationGracePeriod'],
      [undefined, ...ODD.duration],
    ],
  ];
}

const OF_ANY: readonly Odd[] = [
  [['apiVersion'], [undefined, ...ODD.apiVersion]],
  [['kind'], [undefined, ...ODD.kind]],
  [
    ['metadata', 'name'],
    [undefined, ...ODD.name],
  ],
  [['metadata'], [undefined, ...ODD.anything]],
  [['metadata', 'labels'], ODD.anything],
  [['metadata', 'annotations'], ODD.anything],
  [['metadata', 'labels', 'team'], ODD.labelValue],
  [['metadata', 'annotations', 'note'], ODD.annotationValue],
  ...[
    'a/b/c',
    'a b',
    '/a',
    'A/b',
    'EXAMPLE.com/a',
    'a'.repeat(64),
    'a'.repeat(63),
    `${'a'.repeat(254)}/b`,
  ].flatMap((key): Odd[] => [
    [['metadata', 'labels', key], ['a']],
    [['metadata', 'annotations', key], ['a']],
  ]),
  [['spec'], [undefined, ...ODD.anything]],
  [['foo'], ['x']],
];

const TEMPLATE = ['spec', 'template'];
const DISRUPTION = ['spec', 'disruption'];
const BUDGETS = [...DISRUPTION, 'budgets'];

const ODDS: Readonly<Record<keyof typeof FULL, readonly Odd[]>> = {
  NodePool: [
    ...OF_ANY,
    ...ofClaim([...TEMPLATE, 'spec']),
    [TEMPLATE, [undefined, ...ODD.anything]],
    [
      [...TEMPLATE, 'metadata'],
      [undefined, ...ODD.anything],
    ],
    [
      [...TEMPLATE, 'metadata', 'labels'],
      [...ODD.anything, labels(100), labels(101)],
    ],
    [[...TEMPLATE, 'metadata', 'labels', 'team'], ODD.labelValue],
    ...ODD.key
      .filter((key) => typeof key === 'string')
      .map((key): Odd => [[...TEMPLATE, 'metadata', 'labels', key], ['a']]),
    [[...TEMPLATE, 'metadata', 'annotations'], ODD.anything],
    [[...TEMPLATE, 'metadata', 'annotations', 'note'], ODD.annotationValue],
    [DISRUPTION, [undefined, ...ODD.anything]],
    [
      [...DISRUPTION, 'consolidateAfter'],
      [undefined, ...ODD.duration],
    ],
    [
      [...DISRUPTION, 'consolidationPolicy'],
      [undefined, ...ODD.policy],
    ],
    [BUDGETS, [undefined, ...ODD.anything, many(50, BUDGET), many(51, BUDGET)]],
    [[...BUDGETS, 0], ODD.anything],
    [
      [...BUDGETS, 0, 'nodes'],
      [undefined, ...ODD.nodes],
    ],
    [
      [...BUDGETS, 0, 'reasons'],
      [undefined, ...ODD.reasons],
    ],
    [
      [...BUDGETS, 0, 'schedule'],
      [undefined, ...ODD.schedule],
    ],
    [
      [...BUDGETS, 0, 'duration'],
      [undefined, ...ODD.budgetDuration],
    ],
    [
      ['spec', 'limits'],
      [undefined, ...ODD.anything],
    ],
    [['spec', 'limits', 'cpu'], ODD.quantity],
    [
      ['spec', 'weight'],
      [undefined, ...ODD.weight],
    ],
    [['spec', 'replicas'], ODD.replicas],
  ],
  NodeClaim: [
    ...OF_ANY,
    ...ofClaim(['spec']),
    [['spec', 'resources'], ODD.anything],
    [['spec', 'resources', 'requests'], ODD.anything],
    [['spec', 'resources', 'requests', 'cpu'], ODD.quantity],
  ],
};

/** A static NodePool, which takes neither weight nor other limits. */
const STATIC: readonly Odd[] = [
  [['spec', 'replicas'], ODD.replicas],
  [
    ['spec', 'weight'],
    [1, null],
  ],
  [
    ['spec', 'limits'],
    [{}, { nodes: 1 }, { nodes: 1, cpu: 1 }, { cpu: null }, { cpu: 1 }, null, []],
  ],
];

/** Objects with exactly one field out of the ordinary: each field with each of its odd values. */
export function oneOddField(kind: keyof typeof FULL): unknown[] {
  const all = ODDS[kind].flatMap(([path, values]) =>
    values.map((value) => withValue(FULL[kind], path, value)),
  );
  if (kind === 'NodeClaim') return all;
  const { weight: _, ...spec } = FULL.NodePool.spec;
  const pool = { ...FULL.NodePool, spec: { ...spec, replicas: 2, limits: { nodes: 5 } } };
  return [...all, ...STATIC.flatMap(([path, values]) => values.map((value) => withValue(pool, path, value)))];
}

function withValue(object: unknown, path: readonly Step[], value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(object));
  let holder: unknown = copy;
  for (const step of path.slice(0, -1)) {
    holder = typeof holder === 'object' && holder !== null ? Reflect.get(holder, step) : undefined;
  }
  const last = path.at(-1);
  if (typeof holder !== 'object' || holder === null || last === undefined) {
    throw new Error(`The object has no ${path.join('.')}`);
  }
  Reflect.set(holder, last, value);
  return JSON.parse(JSON.stringify(copy));
}
