import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../record/zone-keys.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { MIN_VALUES } from '../core/citations.ts';
import { counted, listing } from '../core/listing.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { healthyZones } from '../counting/impaired-targets.ts';
import { zoneWords } from '../counting/listed-zones.ts';
import {
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirementWithMin,
  withSubnets,
} from '../examples/example-requirements.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const THREE = requirementWithMin(3, ZONE_NAME_KEY, 'Exists');

/** More zones wanted than there are. */
export const zoneMinvalues: Rule = {
  id: 'zone-minvalues',
  title: 'More zones wanted than are open',
  kinds: ['NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
  looksAt: REQUIREMENT_PATHS,
  checks:
    'For `minValues` on the zone, by name or by ID: how many zones are open to it and healthy. What is missing only because ' +
    'a zone is impaired is warned of at the most.',
  why:
    'Karpenter launches only where the types that are left are offered in that many different zones. With fewer open zones it ' +
    'never launches; with just as many the loss of one zone stops every launch in all of them. Admission lowers ' +
    '`minValues` of a list that it prunes, and of nothing else.',
  instead: 'Leave `minValues` of the zone out, and spread pods with topologySpreadConstraints.',
  sources: [MIN_VALUES],
  passes: [
    { title: 'Three of three zones', yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, THREE])) },
    { title: 'Nobody knows its zones', yaml: nodePool([ON_DEMAND, ...RECOMMENDED, THREE]) },
    { title: 'No minValues', yaml: withSubnets(['us-east-1a'], nodePool([ON_DEMAND, ...RECOMMENDED])) },
  ],
  fails: [
    {
      title: 'Three of two zones',
      says: 'minValues of topology.kubernetes.io/zone is 3, and 2 zones are open to it (us-east-1a (use1-az1) and us-east-1b (use1-az2))',
      yaml: withSubnets(['us-east-1a', 'us-east-1b'], nodePool([ON_DEMAND, ...RECOMMENDED, THREE])),
    },
    {
      title: 'Two of one zone, by ID',
      says: 'minValues of topology.k8s.aws/zone-id is 2, and 1 zone is open to it',
      yaml: withSubnets(
        ['us-east-1a'],
        nodePool([ON_DEMAND, ...RECOMMENDED, requirementWithMin(2, ZONE_ID_KEY, 'Exists')]),
      ),
    },
    {
      title: 'Three of three zones, of which one is impaired',
      impaired: ['use1-az1'],
      says: 'minValues of topology.kubernetes.io/zone is 3, and 2 of 3 open zones are healthy',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, THREE])),
    },
  ],
  check(subject) {
    const open = subject.openZones;
    const healthy = healthyZones(subject);
    if (open === undefined || healthy === undefined) return [];
    return [ZONE_NAME_KEY, ZONE_ID_KEY].flatMap((key) => {
      const needed = allowedFor(subject.requirements, key).minValues ?? 0;
      if (needed <= healthy.length) return [];
      const whole = open.length >= needed;
      const are = open.length === 1 ? 'is' : 'are';
      const names = open.length === 0 ? '' : ` (${listing(open.map(zoneWords))})`;
      return [
        {
          message:
            `minValues of ${key} is ${needed}, and ` +
            (whole
              ? `${healthy.length} of ${counted(open.length, 'open zone')} are healthy`
              : `${counted(open.length, 'zone')} ${are} open to it${names}`) +
            ': nothing is launched',
          fix: `Leave minValues of ${key} out, or lower it to ${healthy.length}`,
          path: subject.facts.requirementsPath,
          found: healthy.length,
          needed,
          ...(whole ? { atMost: 'warn' as const } : {}),
        },
      ];
    });
  },
};
