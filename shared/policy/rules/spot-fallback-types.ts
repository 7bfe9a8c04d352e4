import { CAPACITY_TYPES } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { cheapestChange } from '../counting/cheapest-change.ts';
import { isCounted } from '../counting/counted.ts';
import { countedIn, typesWords } from '../counting/type-count.ts';
import {
  instanceTypes,
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  SPOT,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';

const FOUR = ['m6i.large', 'm6a.large', 'm7i.large', 'm7a.large'];

/** On-demand capacity that is there for the day without Spot has to be had on that day. */
export const spotFallbackTypes: Rule = {
  id: 'spot-fallback-types',
  title: 'Too few instance types to fall back to',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  parameters: { types: 5 },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Where both Spot and on-demand may be launched, how many instance types match that can be had on demand in the zones ' +
    'that are open.',
  why:
    'When there is no Spot, Karpenter falls back to on-demand capacity of the same instance types, at the moment at which ' +
    'many others do the same. With fewer than 5 types its AWS provider itself logs that the request is not flexible enough ' +
    '(instanceTypeFlexibilityThreshold in pkg/providers/instance/instance.go).',
  instead: 'Allow more instance types: bound category, generation and size, and leave single types out.',
  sources: [
    CAPACITY_TYPES,
    {
      title: 'Karpenter AWS provider 1.14.1: instance.go, checkODFallback',
      url: 'https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/pkg/providers/instance/instance.go',
    },
  ],
  passes: [
    { title: 'Many types', yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED]) },
    { title: 'Five types', yaml: nodePool([SPOT_AND_ON_DEMAND, instanceTypes(...FOUR, 'm5.large')]) },
    {
      title: 'Few types, and no fallback: other rules say something about it',
      yaml: nodePool([SPOT, instanceTypes(...FOUR)]),
    },
    { title: 'Few types, and no Spot', yaml: nodePool([ON_DEMAND, instanceTypes(...FOUR)]) },
  ],
  fails: [
    {
      title: 'Four types',
      says: 'at most 4 instance types can be had on demand; 5 are needed',
      yaml: nodePool([SPOT_AND_ON_DEMAND, instanceTypes(...FOUR)]),
    },
    {
      title: 'One type, in a NodeClaim that somebody wrote',
      says: 'at most 1 instance type can be had on demand',
      yaml: nodeClaim([SPOT_AND_ON_DEMAND, instanceTypes('m5.large')]),
    },
  ],
  check(subject, { types: needed = 5 }) {
    if (!isCounted(subject)) return [];
    if (!subject.allowsCapacityType('spot') || !subject.allowsCapacityType('on-demand')) return [];
    const fallback = subject.launchable('on-demand');
    const found = fallback.types.length;
    if (found >= needed) return [];
    const fix = cheapestChange(subject, { needed, of: 'types', capacityType: 'on-demand' });
    return [
      {
        message:
          `Spot may be launched, and when there is none, ${typesWords(fallback.catalog, found)} can be had on demand; ` +
          `${needed} are needed (${countedIn(subject)})`,
        ...(fix === undefined ? {} : { fix }),
        path: subject.facts.requirementsPath,
        found,
        needed,
      },
    ];
  },
};
