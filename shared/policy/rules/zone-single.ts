import { EC2_SPOT, STATIC_STABILITY } from '../core/citations.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { zoneWords } from '../counting/listed-zones.ts';
import {
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
  withSubnets,
  zones,
} from '../examples/example-requirements.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** One zone, and nothing when it goes. */
export const zoneSingle: Rule = {
  id: 'zone-single',
  title: 'Open to one zone only',
  kinds: ['NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: [...REQUIREMENT_PATHS, 'spec.replicas'],
  checks:
    'How many zones are open to it: those of the subnets of its NodeClass less what its requirements leave out, or those ' +
    'that its requirements list. Static NodePools (`spec.replicas`) are for [static-single-zone](static-single-zone.md).',
  why:
    'When that zone is away, or out of the types that are wanted, nothing is launched and pods wait. Each zone has its own ' +
    'stock of Spot capacity as well. One NodePool for each zone is a known way to run what is tied to volumes: exempt them ' +
    'with that reason.',
  instead:
    'Leave `topology.kubernetes.io/zone` out, or list all zones; let the pods spread with topologySpreadConstraints.',
  sources: [STATIC_STABILITY, EC2_SPOT],
  passes: [
    { title: 'All zones of its subnets', yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED])) },
    {
      title: 'Two listed zones',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a', 'us-east-1b')]),
    },
    { title: 'Nobody knows its zones', yaml: nodePool([ON_DEMAND, ...RECOMMENDED]) },
    {
      title: 'A static NodePool: another rule says something about it',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')], { spec: ['replicas: 3'] }),
    },
  ],
  fails: [
    {
      title: 'One listed zone',
      says: 'us-east-1a is the only zone that is open to it',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')]),
    },
    {
      title: 'Two listed zones, of which one has a subnet',
      says: 'us-east-1a (use1-az1) is the only zone that is open to it',
      yaml: withSubnets(
        ['us-east-1a'],
        nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a', 'us-east-1b')]),
      ),
    },
    {
      title: 'Left over from three, by ID',
      says: 'us-east-1c (use1-az4) is the only zone that is open to it',
      yaml: withSubnets(
        ALL,
        nodePool([
          ON_DEMAND,
          ...RECOMMENDED,
          requirement('topology.k8s.aws/zone-id', 'NotIn', 'use1-az1', 'use1-az2'),
        ]),
      ),
    },
  ],
  check(subject) {
    const [only, second] = subject.openZones ?? [];
    if (only === undefined || second !== undefined || subject.facts.replicas !== undefined) return [];
    return [
      {
        message: `${zoneWords(only)} is the only zone that is open to it: when it is away, nothing is launched and pods wait`,
        fix: 'Leave the zone out of the requirements, or list more zones in which the NodeClass has subnets',
        path: subject.facts.requirementsPath,
        found: 1,
        needed: 2,
      },
    ];
  },
};
