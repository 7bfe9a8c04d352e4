import { CAPACITY_TYPE_KEY } from '../../requirements/labels.ts';
import { CAPACITY_TYPES, EC2_SPOT } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { fallbackPool } from '../counting/fallback-pool.ts';
import {
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
  SPOT,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';
import { exampleFile } from '../examples/example-yaml.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

const TAINT = 'taints: [{ key: team, value: shop, effect: NoSchedule }]';

/** Spot with nothing behind it. */
export const spotOnly: Rule = {
  id: 'spot-only',
  title: 'Spot without a fallback',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  besideOthers: true,
  looksAt: [...ALL_REQUIREMENT_PATHS, 'spec.template.spec.taints'],
  checks:
    'Whether Spot is the only capacity type that is allowed. A NodePool passes all the same where another one that is ' +
    'known allows on-demand or reserved capacity to the same pods: it has no taint that this one has not, and its custom ' +
    'labels.',
  why:
    'Spot is capacity that others leave over, and AWS asks to be prepared for the day when there is none. Karpenter ' +
    'launches on demand within milliseconds when no Spot is to be had, but only where the NodePool, or another one that ' +
    'the pods can use, allows on-demand capacity.',
  instead:
    'Allow `[spot, on-demand]`: Spot is still taken first. Or put a second NodePool with on-demand capacity and a lower ' +
    '`weight` beside it, with the same taints and labels.',
  sources: [CAPACITY_TYPES, EC2_SPOT],
  passes: [
    { title: 'Spot first, then on-demand', yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED]) },
    {
      title: 'A second NodePool for the same pods',
      yaml: exampleFile(
        nodePool([ON_DEMAND, ...RECOMMENDED], {
          name: 'web-on-demand',
          template: [TAINT],
          templateLabels: ['team: shop'],
        }),
        nodePool([SPOT, ...RECOMMENDED], { template: [TAINT], templateLabels: ['team: shop'] }),
      ),
    },
    { title: 'On demand', yaml: nodePool([ON_DEMAND, ...RECOMMENDED]) },
  ],
  fails: [
    {
      title: 'Spot, and nothing else',
      says: 'Spot is the only capacity type that is allowed',
      yaml: nodePool([SPOT, ...RECOMMENDED]),
    },
    {
      title: 'All but on-demand and reserved',
      says: 'Spot is the only capacity type that is allowed',
      yaml: nodePool([requirement(CAPACITY_TYPE_KEY, 'NotIn', 'on-demand', 'reserved'), ...RECOMMENDED]),
    },
    {
      title: 'A second NodePool whose taint the pods do not tolerate',
      says: 'Spot is the only capacity type that is allowed',
      yaml: exampleFile(
        nodePool([ON_DEMAND, ...RECOMMENDED], { name: 'ledger', template: [TAINT] }),
        nodePool([SPOT, ...RECOMMENDED]),
      ),
    },
    {
      title: 'A second NodePool without the label that the pods select',
      says: 'Spot is the only capacity type that is allowed',
      yaml: exampleFile(
        nodePool([ON_DEMAND, ...RECOMMENDED], { name: 'web-on-demand' }),
        nodePool([SPOT, ...RECOMMENDED], { templateLabels: ['team: shop'] }),
      ),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'Spot is the only capacity type that is allowed',
      yaml: nodeClaim([SPOT, ...RECOMMENDED]),
    },
  ],
  check(subject) {
    if (isMadeByKarpenter(subject) || !subject.allowsCapacityType('spot')) return [];
    const others = ['on-demand', 'reserved'];
    if (others.some((type) => subject.allowsCapacityType(type))) return [];
    if (fallbackPool(subject, others) !== undefined) return [];
    return [
      {
        message:
          'Spot is the only capacity type that is allowed: when there is none, nothing is launched and pods wait',
        fix: `Allow on-demand as ${CAPACITY_TYPE_KEY} as well; Spot is still taken first`,
        path: subject.facts.requirementsPath,
      },
    ];
  },
};
