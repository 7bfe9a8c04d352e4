import { EXEMPT_ANNOTATION } from '../../enforcement/nodepool.ts';
import type { RuleSource } from '../core/citations.ts';
import { counted, listing } from '../core/listing.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { impairedTargets, isUnenforced } from '../counting/impaired-targets.ts';
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
const ENFORCEMENT: RuleSource = {
  title: 'What Zonewarden stores while a zone is impaired',
  url: '../enforcement.md',
};
const REQUEST: RuleSource = {
  title: 'karpenter-provider-aws #7271: zonal shift',
  url: 'https://github.com/aws/karpenter-provider-aws/issues/7271',
};

/** What admission will prune, said before. */
export const zoneImpairedTarget: Rule = {
  id: 'zone-impaired-target',
  title: 'Open to a zone that is impaired',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  looksAt: [...ALL_REQUIREMENT_PATHS, `metadata.annotations[${EXEMPT_ANNOTATION}]`],
  checks:
    'Which of the zones that are impaired now its requirements leave open: by name and by ID, for every operator and for ' +
    'template labels. It is never denied: admission keeps such a zone out while it is impaired, and gives it back ' +
    'afterwards. With `zonewarden check --impaired` it tells what admission will do.',
  why:
    'Karpenter launches in any zone that a NodePool leaves open, and knows of an impaired one only where its own support of ' +
    'zonal shift is switched on and the cluster is registered with ARC.',
  instead:
    'Nothing: the zone is kept out, and given back when it is well again. Where a NodePool is exempt from that ' +
    `(\`${EXEMPT_ANNOTATION}: "off"\`), nodes are launched in the impaired zone until the annotation goes.`,
  sources: [ENFORCEMENT, REQUEST],
  passes: [
    {
      title: 'The zone is not in its list',
      impaired: ['use1-az1'],
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1b', 'us-east-1c')])),
    },
    {
      title: 'The zone is left out by its ID',
      impaired: ['use1-az1'],
      yaml: nodePool([
        ON_DEMAND,
        ...RECOMMENDED,
        requirement('topology.k8s.aws/zone-id', 'NotIn', 'use1-az1'),
      ]),
    },
    { title: 'All is well', yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED])) },
  ],
  fails: [
    {
      title: 'The zone is in its list',
      impaired: ['use1-az1'],
      says: 'us-east-1a (use1-az1) is impaired and open to it; admission keeps it out while that lasts, which leaves 2 of 3 zones',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED, zones(...ALL)])),
    },
    {
      title: 'No list, and nothing known of subnets',
      impaired: ['use1-az1'],
      says: 'use1-az1 is impaired and open to it; admission keeps it out while that lasts',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED]),
    },
    {
      title: 'Admission is told to let it be',
      impaired: ['use1-az1'],
      says: 'and an annotation keeps admission from taking it out: nodes are launched there',
      yaml: withSubnets(
        ALL,
        nodePool([ON_DEMAND, ...RECOMMENDED], { annotations: [`${EXEMPT_ANNOTATION}: "off"`] }),
      ),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      impaired: ['use1-az1'],
      says: 'us-east-1a (use1-az1) is impaired and open to it',
      yaml: withSubnets(ALL, nodeClaim([ON_DEMAND, ...RECOMMENDED])),
    },
  ],
  check(subject) {
    if (isMadeByKarpenter(subject)) return [];
    const targets = impairedTargets(subject);
    if (targets.length === 0) return [];
    const them = targets.length === 1 ? 'it' : 'them';
    const total = subject.openZones?.length;
    const left =
      total === undefined ? '' : `, which leaves ${total - targets.length} of ${counted(total, 'zone')}`;
    const what = `${listing(targets.map(zoneWords))} ${targets.length === 1 ? 'is' : 'are'} impaired and open to it`;
    const unenforced = isUnenforced(subject);
    return [
      {
        message: unenforced
          ? `${what}, and an annotation keeps admission from taking ${them} out: nodes are launched there`
          : `${what}; admission keeps ${them} out while that lasts${left}`,
        ...(unenforced ? { fix: `Remove the annotation ${EXEMPT_ANNOTATION}` } : {}),
        path: subject.facts.requirementsPath,
        found: targets.length,
        needed: 0,
        atMost: 'warn',
      },
    ];
  },
};
