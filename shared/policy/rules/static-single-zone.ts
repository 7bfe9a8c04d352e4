import type { RuleSource } from '../core/citations.ts';
import { counted } from '../core/listing.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { zoneWords } from '../counting/listed-zones.ts';
import { nodePool, ON_DEMAND, RECOMMENDED, withSubnets, zones } from '../examples/example-requirements.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const STATIC = { spec: ['replicas: 3'] };
const REPLICAS: RuleSource = {
  title: 'Karpenter: NodePools, replicas',
  url: 'https://karpenter.sh/docs/concepts/nodepools/#specreplicas',
};

/** A fixed number of nodes, all of them in one place. */
export const staticSingleZone: Rule = {
  id: 'static-single-zone',
  title: 'Static nodes in one zone',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  looksAt: [...REQUIREMENT_PATHS, 'spec.replicas'],
  checks: 'Whether a static NodePool (`spec.replicas`) of one node or more is open to one zone only.',
  why:
    'A static NodePool keeps its number of nodes whatever the pods ask for, and is left alone by consolidation. With one zone ' +
    'all of its nodes go together, and Karpenter has nowhere to make them anew while the zone is away. Where it holds a ' +
    'reservation that is as it has to be, so that it is only noted.',
  instead: 'Open more zones, or make one static NodePool for each zone.',
  sources: [REPLICAS],
  passes: [
    { title: 'Three zones', yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED], STATIC)) },
    {
      title: 'A dynamic one: another rule says something about it',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')]),
    },
    {
      title: 'No nodes',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')], { spec: ['replicas: 0'] }),
    },
  ],
  fails: [
    {
      title: 'One listed zone',
      says: 'All 3 nodes of this static NodePool are in us-east-1a',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')], STATIC),
    },
    {
      title: 'Subnets in one zone',
      says: 'The 1 node of this static NodePool is in us-east-1a (use1-az1)',
      yaml: withSubnets(['us-east-1a'], nodePool([ON_DEMAND, ...RECOMMENDED], { spec: ['replicas: 1'] })),
    },
  ],
  check(subject) {
    const { replicas = 0, requirementsPath } = subject.facts;
    const [only, second] = subject.openZones ?? [];
    if (replicas < 1 || only === undefined || second !== undefined) return [];
    const who = `${replicas === 1 ? 'The' : 'All'} ${counted(replicas, 'node')}`;
    return [
      {
        message: `${who} of this static NodePool ${replicas === 1 ? 'is' : 'are'} in ${zoneWords(only)}`,
        fix: 'Open more zones, or make one static NodePool for each zone',
        path: requirementsPath,
        found: 1,
        needed: 2,
      },
    ];
  },
};
