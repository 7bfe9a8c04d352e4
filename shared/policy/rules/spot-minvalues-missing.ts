import { FAMILY_KEY, INSTANCE_TYPE_KEY } from '../../requirements/labels.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { MIN_VALUES } from '../core/citations.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import {
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirementWithMin,
  SPOT,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';
import { AUTO_MODE_REF, AUTO_MODE_REQUIREMENTS } from '../examples/example-yaml.ts';
import { labelFor } from '../values/label-for.ts';

/** Pods can narrow what a NodePool leaves open. */
export const spotMinvaluesMissing: Rule = {
  id: 'spot-minvalues-missing',
  title: 'No minValues for Spot',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'warn', strict: 'warn' },
  looksAt: REQUIREMENT_PATHS,
  checks:
    'Where Spot may be launched, whether a requirement on the family or on the instance type has `minValues` of 2 or more.',
  why:
    'However open a NodePool is, the pods narrow it: their node selectors, affinities and sizes leave few types for one ' +
    'launch. `minValues` holds Karpenter to a least number of different families or types in each launch; without it one ' +
    'type will do.',
  instead:
    'Add `{ key: karpenter.k8s.aws/instance-family, operator: Exists, minValues: 5 }`. Where the pods are not flexible enough ' +
    'for that they stay pending, unless Karpenter runs with `MIN_VALUES_POLICY=BestEffort`.',
  sources: [MIN_VALUES],
  passes: [
    {
      title: 'Five families at least in each launch',
      yaml: nodePool([SPOT, ...RECOMMENDED, requirementWithMin(5, FAMILY_KEY, 'Exists')]),
    },
    {
      title: 'Two types at least',
      yaml: nodePool([SPOT, ...RECOMMENDED, requirementWithMin(2, INSTANCE_TYPE_KEY, 'Exists')]),
    },
    { title: 'No Spot', yaml: nodePool([ON_DEMAND, ...RECOMMENDED]) },
  ],
  fails: [
    {
      title: 'Spot without any',
      says: 'nothing keeps pods from narrowing a launch to 1 instance type',
      yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED]),
    },
    {
      title: 'On EKS Auto Mode, whose labels have another domain',
      says: 'Add { key: eks.amazonaws.com/instance-family, operator: Exists, minValues: 5 }',
      yaml: nodePool(AUTO_MODE_REQUIREMENTS.with(0, SPOT), { nodeClassRef: AUTO_MODE_REF }),
    },
    {
      title: 'One family is what it would have anyway',
      says: 'nothing keeps pods from narrowing a launch to 1 instance type',
      yaml: nodePool([SPOT, ...RECOMMENDED, requirementWithMin(1, FAMILY_KEY, 'Exists')]),
    },
  ],
  check(subject) {
    if (!subject.allowsCapacityType('spot')) return [];
    const least = [FAMILY_KEY, INSTANCE_TYPE_KEY].map(
      (key) => allowedFor(subject.requirements, key).minValues ?? 0,
    );
    if (Math.max(...least) > 1) return [];
    return [
      {
        message: 'Spot may be launched, and nothing keeps pods from narrowing a launch to 1 instance type',
        fix: `Add { key: ${labelFor(subject, FAMILY_KEY)}, operator: Exists, minValues: 5 }`,
        path: subject.facts.requirementsPath,
      },
    ];
  },
};
