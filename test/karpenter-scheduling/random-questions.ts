import fc from 'fast-check';
import type { Requirement } from '../../shared/requirements/requirement.ts';
import type { Question, Side } from './ask.ts';

/** Few keys, so that the sides meet; with each alias beside what it stands for, and keys that nobody knows. */
const KEYS = [
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
  'topology.k8s.aws/zone-id',
  'kubernetes.io/arch',
  'beta.kubernetes.io/arch',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'karpenter.k8s.aws/instance-cpu',
  'karpenter.k8s.aws/ec2nodeclass',
  'karpenter.sh/capacity-type',
  'example.com/team',
  'team',
] as const;

const VALUES = [
  ...['a', 'b', 'us-east-1a', ''],
  ...[
    '0',
    '1',
    '2',
    '5',
    '10',
    '11',
    '12',
    '+5',
    '007',
    '-1',
    '-0',
    '+',
    '1.0',
    '1e3',
    ' 5',
    '5 ',
    '0x10',
    '1_000',
  ],
  ...['9007199254740993', '9007199254740992', '9223372036854775807', '9223372036854775806'],
  ...[
    '-9223372036854775808',
    '9223372036854775808',
    '-9223372036854775809',
    '123456789012345678901234567890',
  ],
] as const;

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KEYS.slice(0, 3), 'karpenter.k8s.aws/instance-cpu', 'team') },
  { weight: 1, arbitrary: fc.constantFrom(...KEYS) },
);
/** Small numbers for the most part, so that bounds meet values and cross each other. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '1', '2', '5', '10', '11', '12') },
  { weight: 1, arbitrary: fc.constantFrom(...VALUES) },
);
const minValues = fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined, freq: 3 });

const listed = fc.record({
  key,
  operator: fc.constantFrom('In', 'NotIn'),
  values: fc.array(value, { maxLength: 7 }),
  minValues,
});
const bounded = fc.record({
  key,
  operator: fc.constantFrom('Gt', 'Lt', 'Gte', 'Lte'),
  values: fc.array(value, { minLength: 1, maxLength: 2 }),
  minValues,
});
const presence = fc.record({
  key,
  operator: fc.constantFrom('Exists', 'DoesNotExist', 'exists'),
  minValues,
});
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  { weight: 3, arbitrary: listed },
  { weight: 3, arbitrary: bounded },
  { weight: 1, arbitrary: presence },
);

const labels = fc.dictionary(key, value, { maxKeys: 4 });
const side: fc.Arbitrary<Side> = fc.record({
  requirements: fc.array(requirement, { maxLength: 6 }),
  labels: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: labels }),
});

const question: fc.Arbitrary<Question> = fc.record({
  left: side,
  right: side,
  labels,
  values: fc.uniqueArray(value, { maxLength: 6 }),
});

/** Questions that follow from a seed alone. */
export function randomQuestions(seed: number, count: number): Question[] {
  return fc.sample(question, { seed, numRuns: count });
}
