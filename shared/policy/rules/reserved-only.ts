import { CAPACITY_TYPE_KEY } from '../../requirements/labels.ts';
import { CAPACITY_TYPES, type RuleSource } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { fallbackPool } from '../counting/fallback-pool.ts';
import {
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
} from '../examples/example-requirements.ts';
import { exampleFile } from '../examples/example-yaml.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

const RESERVED = requirement(CAPACITY_TYPE_KEY, 'In', 'reserved');
const ODCR: RuleSource = {
  title: 'Karpenter: On-Demand Capacity Reservations',
  url: 'https://karpenter.sh/docs/tasks/odcrs/',
};

/** A reservation is of one zone, and it can be full. */
export const reservedOnly: Rule = {
  id: 'reserved-only',
  title: 'Reserved capacity without a fallback',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'warn' },
  besideOthers: true,
  looksAt: [...ALL_REQUIREMENT_PATHS, 'spec.template.spec.taints'],
  checks:
    'Whether `reserved` is the only capacity type that is allowed, and no other NodePool that is known serves the same ' +
    'pods with Spot or on-demand capacity.',
  why:
    'A capacity reservation has a fixed size and stands in one zone. When it is used up, has ended, or its zone is away, ' +
    'a NodePool that allows nothing else launches nothing, and its pods wait.',
  instead:
    'Allow `[reserved, on-demand]`: Karpenter takes the reservation first. Where the capacity cannot be had any other way ' +
    '(capacity blocks for GPUs), exempt the NodePool with that reason.',
  sources: [ODCR, CAPACITY_TYPES],
  passes: [
    {
      title: 'The reservation first, then on-demand',
      yaml: nodePool([requirement(CAPACITY_TYPE_KEY, 'In', 'reserved', 'on-demand'), ...RECOMMENDED]),
    },
    {
      title: 'A second NodePool for the same pods',
      yaml: exampleFile(
        nodePool([ON_DEMAND, ...RECOMMENDED], { name: 'overflow' }),
        nodePool([RESERVED, ...RECOMMENDED]),
      ),
    },
    {
      title: 'On demand, which takes no reservation of its own',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED]),
    },
  ],
  fails: [
    {
      title: 'The reservation, and nothing else',
      says: 'Reserved capacity is the only one that is allowed',
      yaml: nodePool([RESERVED, ...RECOMMENDED]),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'Reserved capacity is the only one that is allowed',
      yaml: nodeClaim([RESERVED, ...RECOMMENDED]),
    },
  ],
  check(subject) {
    if (isMadeByKarpenter(subject) || !subject.allowsCapacityType('reserved')) return [];
    const others = ['on-demand', 'spot'];
    if (others.some((type) => subject.allowsCapacityType(type))) return [];
    if (fallbackPool(subject, others) !== undefined) return [];
    return [
      {
        message:
          'Reserved capacity is the only one that is allowed: when the reservation is full or its zone is away, nothing is ' +
          'launched and pods wait',
        fix: `Allow on-demand as ${CAPACITY_TYPE_KEY} as well; the reservation is still taken first`,
        path: subject.facts.requirementsPath,
      },
    ];
  },
};
