import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../record/zone-keys.ts';
import { listed } from '../../requirements/allowed-values.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { AZ_IDS, ZONES } from '../core/citations.ts';
import { listing } from '../core/listing.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import {
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
  withSubnets,
  zones,
} from '../examples/example-requirements.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** The same name, another place. */
export const zoneNamePortability: Rule = {
  id: 'zone-name-portability',
  title: 'Zones by name',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'audit' },
  looksAt: REQUIREMENT_PATHS,
  checks: 'Whether its requirements or template labels list zones by name rather than by ID.',
  why:
    'In the older Regions a name such as `us-east-1a` stands for different places in different accounts, unless the account ' +
    'is from November 2025 or later. A file that is applied in several accounts then means another zone in each, and what ' +
    'is shifted away from is named by ID.',
  instead:
    'List zone IDs: `{ key: topology.k8s.aws/zone-id, operator: In, values: [use1-az1, use1-az2] }`. In one account names do ' +
    'no harm.',
  sources: [AZ_IDS, ZONES],
  passes: [
    {
      title: 'Zone IDs',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, requirement(ZONE_ID_KEY, 'In', 'use1-az1', 'use1-az2')]),
    },
    { title: 'No zones', yaml: nodePool([ON_DEMAND, ...RECOMMENDED]) },
  ],
  fails: [
    {
      title: 'Zone names',
      says: 'us-east-1a and us-east-1b are names of zones',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a', 'us-east-1b')]),
    },
    {
      title: 'A name as template label, in a cluster that knows the ID',
      says: 'us-east-1a is the name of a zone',
      yaml: withSubnets(
        ALL,
        nodePool([ON_DEMAND, ...RECOMMENDED], {
          templateLabels: ['topology.kubernetes.io/zone: us-east-1a'],
        }),
      ),
    },
  ],
  check(subject) {
    const names = listed(allowedFor(subject.requirements, ZONE_NAME_KEY)) ?? [];
    if (names.length === 0) return [];
    // The NodeClass last: what it says holds.
    const known = [...subject.around.zones, ...(subject.nodeClass?.zones ?? [])].filter(
      ({ id }) => id !== '',
    );
    const idOf = new Map(known.map(({ id, name }) => [name, id]));
    const ids = names.flatMap((name) => idOf.get(name) ?? []);
    const which = names.length === 1 ? 'is the name of a zone' : 'are names of zones';
    return [
      {
        message: `${listing(names)} ${which}, which can stand for other places in another account`,
        fix: `Write { key: ${ZONE_ID_KEY}, operator: In, values: [${
          ids.length === names.length ? ids.join(', ') : 'their IDs'
        }] } if the file is applied in several accounts`,
        path: subject.facts.requirementsPath,
        found: names.length,
        needed: 0,
      },
    ];
  },
};
