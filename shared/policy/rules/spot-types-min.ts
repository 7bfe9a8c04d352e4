import { typeNames } from '../../catalog/matches.ts';
import { EC2_SPOT, SPOT_CONSOLIDATION } from '../core/citations.ts';
import { listing } from '../core/listing.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { cheapestChange } from '../counting/cheapest-change.ts';
import { isCounted } from '../counting/counted.ts';
import { countedIn, surest, typesWords } from '../counting/type-count.ts';
import {
  instanceTypes,
  karpentersNodeClaim,
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  SPOT,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';

const FOURTEEN = [
  ...['c6i.large', 'c6a.large', 'c7i.large', 'c7a.large', 'm6i.large', 'm6a.large', 'm7i.large'],
  ...['m7a.large', 'r6i.large', 'r6a.large', 'r7i.large', 'r7a.large', 'm5.large', 'r5.large'],
];

/** Fewer types than Spot needs: EC2 takes capacity back by type and zone. */
export const spotTypesMin: Rule = {
  id: 'spot-types-min',
  title: 'Too few instance types for Spot',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  parameters: { deny: 5, warn: 15 },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Where Spot may be launched, how many instance types match the requirements and can be had as Spot in the zones ' +
    'that are open. Fewer than `deny` are denied, fewer than `warn` are warned of. Names that the catalogue does not ' +
    'know count for nothing, and nobody is denied because of them. NodeClaims that Karpenter made are not asked, nor is ' +
    'what refers to a NodeClass of another provider than EC2.',
  why:
    'EC2 takes Spot capacity back by instance type and zone. With few types there is nothing to move to, all nodes of ' +
    'the NodePool go at the same time, and pods wait. Karpenter replaces one Spot node by a cheaper one only where it ' +
    'has at least 15 types to choose from, and AWS recommends 10 or more. That fewer than 5 are refused is our ' +
    "judgement; Karpenter's AWS provider calls 5 the least that a launch should have.",
  instead:
    'Ask for what the pods need (category, generation, size, cpu, memory) and not for single types. Leave `instance-type` ' +
    'and `instance-family` out, or list several families.',
  sources: [SPOT_CONSOLIDATION, EC2_SPOT],
  passes: [
    {
      title: 'Categories and generations instead of types',
      yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED]),
    },
    {
      title: 'Fifteen types',
      yaml: nodePool([SPOT, instanceTypes(...FOURTEEN, 'c5.large')]),
    },
    {
      title: 'One type, and no Spot: another rule says something about it',
      yaml: nodePool([ON_DEMAND, instanceTypes('m5.large')], { name: 'ledger' }),
    },
    {
      title: 'Types of another provider: nobody knows how many there are',
      yaml: nodePool([SPOT, instanceTypes('ml.g5.xlarge')], {
        nodeClassRef: '{ group: karpenter.sagemaker.amazonaws.com, kind: HyperpodNodeClass, name: default }',
      }),
    },
    {
      title: "Karpenter's own choice for one launch",
      yaml: karpentersNodeClaim([SPOT, instanceTypes('m5.large')]),
    },
  ],
  fails: [
    {
      title: 'Two types',
      says: 'at most 2 instance types match (m5.large and m5.xlarge); at least 5 are needed',
      yaml: nodePool([SPOT, instanceTypes('m5.large', 'm5.xlarge')]),
    },
    {
      title: 'Four types: one too few',
      says: 'at most 4 instance types match (c6i.large, m6i.large, m7i.large and r6i.large); at least 5 are needed',
      yaml: nodePool([SPOT, instanceTypes('m6i.large', 'm7i.large', 'c6i.large', 'r6i.large')]),
    },
    {
      title: 'Five types: enough to be let through, and not enough to be moved to a cheaper one',
      says: 'at most 5 instance types match (c6i.large, m6a.large, m6i.large, m7i.large and r6i.large); 15 are better',
      yaml: nodePool([SPOT, instanceTypes('m6i.large', 'm6a.large', 'm7i.large', 'c6i.large', 'r6i.large')]),
    },
    {
      title: 'Fourteen types',
      says: 'at most 14 instance types match; 15 are better',
      yaml: nodePool([SPOT, instanceTypes(...FOURTEEN)]),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'at most 1 instance type matches (m5.large)',
      yaml: nodeClaim([SPOT, instanceTypes('m5.large')]),
    },
  ],
  check(subject, { deny = 5, warn = 15 }) {
    if (!isCounted(subject) || !subject.allowsCapacityType('spot')) return [];
    const spot = subject.launchable('spot');
    const found = spot.types.length;
    if (found >= warn && found >= deny) return [];
    const needed = found < deny ? deny : warn;
    const names = found > 0 && found <= 5 ? ` (${listing(typeNames(spot))})` : '';
    const fix = cheapestChange(subject, { needed, of: 'types', capacityType: 'spot' });
    const wanted =
      found < deny
        ? `at least ${deny} are needed${warn > deny ? ` and ${warn} are better` : ''}`
        : `${warn} are better`;
    return [
      {
        message:
          `Spot may be launched, and ${typesWords(spot.catalog, found)} ${found === 1 ? 'matches' : 'match'}${names}; ` +
          `${wanted} (${countedIn(subject)})`,
        ...(fix === undefined ? {} : { fix }),
        path: subject.facts.requirementsPath,
        found,
        needed,
        atMost: found < deny ? surest(subject, 'deny') : 'warn',
      },
    ];
  },
};
