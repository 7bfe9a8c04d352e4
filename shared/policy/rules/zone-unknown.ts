import type { NamedZone } from '../../catalog/matches.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../record/zone-keys.ts';
import { listed } from '../../requirements/allowed-values.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import type { RuleSource } from '../core/citations.ts';
import { counted, listing } from '../core/listing.ts';
import { ALL_REQUIREMENT_PATHS, type Problem, type Rule } from '../core/rule.ts';
import type { Subject } from '../core/subject.ts';
import { zoneWords } from '../counting/listed-zones.ts';
import {
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
  withSubnets,
  zones,
} from '../examples/example-requirements.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const ISSUE: RuleSource = {
  title: 'karpenter-provider-aws #8637',
  url: 'https://github.com/aws/karpenter-provider-aws/issues/8637',
};

const DOMAINS: RuleSource = {
  title: 'karpenter #3272',
  url: 'https://github.com/kubernetes-sigs/karpenter/issues/3272',
};

/** A place in which there is no subnet. */
export const zoneUnknown: Rule = {
  id: 'zone-unknown',
  title: 'A zone without a subnet',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether each zone that its requirements list is one of those in `status.subnets` of its NodeClass. Without that ' +
    'status, as in files from Git, it finds nothing.',
  why:
    'Nothing can be launched in such a zone. Karpenter still counts it among the zones over which pods spread, those of other ' +
    'NodePools too: a spread that they prefer is dropped because of a slip of the pen elsewhere, and one that they require ' +
    'cannot be met.',
  instead: 'Correct the name, remove it, or give the NodeClass a subnet there.',
  sources: [ISSUE, DOMAINS],
  passes: [
    {
      title: 'Zones of its subnets',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a', 'us-east-1c')])),
    },
    { title: 'No list', yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED])) },
    {
      title: 'Nothing is known of subnets',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1x')]),
    },
  ],
  fails: [
    {
      title: 'A slip of the pen',
      says: '1 of 2 listed zones has no subnet: us-east-1x',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a', 'us-east-1x')])),
    },
    {
      title: 'An ID where a name belongs',
      says: '1 of 1 listed zone has no subnet: use1-az1',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('use1-az1')])),
    },
    {
      title: 'An ID of another Region, in a NodeClaim that somebody wrote',
      says: '2 of 2 listed zones have no subnet: usw2-az1 and usw2-az2',
      yaml: withSubnets(
        ALL,
        nodeClaim([
          ON_DEMAND,
          ...RECOMMENDED,
          requirement('topology.k8s.aws/zone-id', 'In', 'usw2-az1', 'usw2-az2'),
        ]),
      ),
    },
  ],
  check(subject) {
    const subnets = subject.nodeClass?.zones ?? [];
    if (isMadeByKarpenter(subject) || subnets.length === 0) return [];
    return [
      ...problemsOf(subject, ZONE_NAME_KEY, subnets, 'name', 'id'),
      ...problemsOf(subject, ZONE_ID_KEY, subnets, 'id', 'name'),
    ];
  },
};

function problemsOf(
  subject: Subject,
  key: string,
  subnets: readonly NamedZone[],
  by: 'name' | 'id',
  other: 'name' | 'id',
): Problem[] {
  const wanted = listed(allowedFor(subject.requirements, key)) ?? [];
  const there = new Set(subnets.map((zone) => zone[by]));
  const unknown = wanted.filter((value) => !there.has(value));
  if (unknown.length === 0) return [];
  const written = new Set(unknown);
  const mistaken = subnets.filter((zone) => written.has(zone[other]));
  const meant = mistaken.map((zone) => `${zone[by]} for ${zone[other]}`);
  return [
    {
      message:
        `${unknown.length} of ${counted(wanted.length, 'listed zone')} ${unknown.length === 1 ? 'has' : 'have'} no subnet: ` +
        `${listing(unknown)}; the NodeClass has subnets in ${listing(subnets.map(zoneWords))}`,
      fix:
        meant.length > 0
          ? `Write ${listing(meant)}: ${key} takes ${by === 'name' ? 'zone names' : 'zone IDs'}`
          : `Remove ${listing(unknown)} from ${key}, or give the NodeClass a subnet there`,
      path: subject.facts.requirementsPath,
      found: wanted.length - unknown.length,
      needed: wanted.length,
    },
  ];
}
