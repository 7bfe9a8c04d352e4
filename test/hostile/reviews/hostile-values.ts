import fc from 'fast-check';

/** What stands in any place of an object of somebody who may write anything. */

export const ZONE = 'topology.kubernetes.io/zone';
const ZONE_ID = 'topology.k8s.aws/zone-id';
const TYPE = 'node.kubernetes.io/instance-type';
export const KEYS = [
  ...[ZONE, ZONE_ID, TYPE, 'failure-domain.beta.kubernetes.io/zone', 'topology.ebs.csi.aws.com/zone'],
  ...[
    'karpenter.k8s.aws/instance-cpu',
    'karpenter.k8s.aws/instance-memory',
    'karpenter.k8s.aws/instance-family',
  ],
  ...[
    'karpenter.k8s.aws/instance-generation',
    'karpenter.sh/capacity-type',
    'kubernetes.io/arch',
    '__proto__',
    '',
  ],
];
export const OPERATORS = [
  'In',
  'NotIn',
  'Exists',
  'DoesNotExist',
  'Gt',
  'Lt',
  'Gte',
  'Lte',
  'in',
  '',
  'constructor',
];
const VALUES = [
  ...['us-east-1a', 'us-east-1b', 'us-east-1c', 'use1-az1', 'use1-az2', 'nowhere'],
  ...[
    'm5.large',
    'c5.xlarge',
    'm6i.2xlarge',
    'spot',
    'on-demand',
    'reserved',
    'amd64',
    'arm64',
    '4',
    '-1',
    '__proto__',
    '',
  ],
];

/** How far the largest ones go: past what is read of a NodePool, and within what an API server takes. */
const MANY = 25_000;
/** What one list takes at most: etcd takes no more of a whole object. */
const MOST_CHARACTERS = 1_500_000;

export const anything = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(null, true, 0, -1, 1e308, '', 'x', [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }).map(nested) },
);

/** Lists in lists; made as text where they are sent, since `JSON.stringify` itself would overflow at some thousands. */
function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

export const word = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40_000 }).map((length) => '9'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4000 }).map((length) => `-${'a.'.repeat(length)}`) },
);

/** Up to so many, most of them different. */
const manyWords = fc
  .tuple(
    fc.integer({ min: 1, max: MANY }),
    fc.constantFrom('us-east-1', 'use1-az', 'm5.', '', '4'),
    fc.boolean(),
  )
  .map(([count, stem, same]) => Array.from({ length: count }, (_, nth) => `${stem}${same ? 'a' : nth}`));

/** Now and then what belongs in a place is not there. */
export function mostly<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 150, arbitrary }, { weight: 1, arbitrary: anything });
}

export function few<T>(arbitrary: fc.Arbitrary<T>, many: number): fc.Arbitrary<T[]> {
  const repeated = fc.tuple(arbitrary, fc.integer({ min: 1, max: many })).map(([one, count]) => {
    const most = Math.ceil(MOST_CHARACTERS / safeJson(one).length);
    return Array.from({ length: Math.min(count, most) }, () => one);
  });
  return fc.oneof(
    { weight: 30, arbitrary: fc.array(arbitrary, { maxLength: 5 }) },
    { weight: 1, arbitrary: repeated },
  );
}

export const values = fc.oneof(
  { weight: 30, arbitrary: fc.array(word, { maxLength: 8 }) },
  { weight: 1, arbitrary: manyWords },
);
export const requirement = fc.record(
  {
    key: mostly(fc.constantFrom(...KEYS)),
    operator: mostly(fc.constantFrom(...OPERATORS)),
    values: mostly(values),
    minValues: mostly(fc.integer({ min: -1, max: 60 })),
  },
  { requiredKeys: ['key', 'operator'] },
);
export const requirements = few(mostly(requirement), 3000);

export const budget = fc.record(
  {
    nodes: mostly(fc.constantFrom('0', '10%', '100%', '-1', '9'.repeat(5000))),
    reasons: mostly(few(fc.constantFrom('Drifted', 'Empty', 'Underutilized', 'x'), 500)),
    schedule: mostly(
      fc.constantFrom(
        '@daily',
        '* * * * *',
        '0 9 * * mon-fri',
        `0 0 ${'1,'.repeat(9000)}1 * *`,
        '*/0 * * * *',
      ),
    ),
    duration: mostly(fc.constantFrom('1h', '1h30m', '0', '9'.repeat(400))),
  },
  { requiredKeys: ['nodes'] },
);

/** Deep values overflow `JSON.stringify`; then the text says only that there is one. */
export function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '[['.repeat(5000);
  }
}
