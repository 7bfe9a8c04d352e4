import { EXEMPT_ANNOTATION } from '../../enforcement/nodepool.ts';
import type { RuleSource } from '../core/citations.ts';
import { counted, listing } from '../core/listing.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { healthyZones, isUnenforced } from '../counting/impaired-targets.ts';
import { zoneWords } from '../counting/listed-zones.ts';
import {
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  withSubnets,
  zones,
} from '../examples/example-requirements.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const ENFORCEMENT: RuleSource = {
  title: 'What Zonewarden stores while a zone is impaired',
  url: '../enforcement.md',
};

/** Nothing is launched until a zone is back. */
export const zoneNoneHealthy: Rule = {
  id: 'zone-none-healthy',
  title: 'No healthy zone is left',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'warn' },
  looksAt: [...ALL_REQUIREMENT_PATHS, `metadata.annotations[${EXEMPT_ANNOTATION}]`],
  checks:
    'Whether every zone that is open to it is impaired now. Zones are those of the NodeClass, or those that its ' +
    'requirements list; where nobody knows them it finds nothing, nor in a NodePool that is exempt from zone ' +
    'enforcement. It is warned of at the most: a write that is refused ' +
    'because of it would hold up all else that is deployed with it, in the middle of an outage.',
  why:
    'Admission keeps impaired zones out. Where no other is open the NodePool launches nothing until one is back, and its pods ' +
    'wait. A NodeClaim that could be launched nowhere else is refused by zone enforcement, whatever the policy says.',
  instead:
    'Open a zone that is healthy, if the pods can run there: volumes and reservations may tie them to a zone.',
  sources: [ENFORCEMENT],
  passes: [
    {
      title: 'Two of three zones are healthy',
      impaired: ['use1-az1'],
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED])),
    },
    {
      title: 'Admission is told to let it be, so that it launches in the impaired zone',
      impaired: ['use1-az1'],
      yaml: withSubnets(
        ALL,
        nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')], {
          annotations: [`${EXEMPT_ANNOTATION}: "off"`],
        }),
      ),
    },
    {
      title: 'Nobody knows its zones',
      impaired: ['use1-az1'],
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED]),
    },
    {
      title: 'One zone, and it is healthy',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')])),
    },
  ],
  fails: [
    {
      title: 'Its only zone is impaired',
      impaired: ['use1-az1'],
      says: '1 zone is open to it, and 0 are healthy: us-east-1a (use1-az1) is impaired',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')])),
    },
    {
      title: 'Both of its zones are impaired',
      impaired: ['use1-az1', 'use1-az2'],
      says: '2 zones are open to it, and 0 are healthy',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a', 'us-east-1b')])),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      impaired: ['use1-az1'],
      says: '1 zone is open to it, and 0 are healthy',
      yaml: withSubnets(ALL, nodeClaim([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')])),
    },
  ],
  check(subject) {
    const open = subject.openZones ?? [];
    if (isUnenforced(subject)) return [];
    if (isMadeByKarpenter(subject) || open.length === 0 || healthyZones(subject)?.length !== 0) return [];
    const one = open.length === 1;
    return [
      {
        message:
          `${counted(open.length, 'zone')} ${one ? 'is' : 'are'} open to it, and 0 are healthy: ` +
          `${listing(open.map(zoneWords))} ${one ? 'is' : 'are'} impaired, so that nothing is launched until ` +
          `${one ? 'it is' : 'one is'} back`,
        fix: 'Open a zone that is healthy, if the pods can run there',
        path: subject.facts.requirementsPath,
        found: 0,
        needed: 1,
        atMost: 'warn',
      },
    ];
  },
};
