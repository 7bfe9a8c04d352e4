import { atMost } from '../../catalog/own-catalog.ts';
import { EC2_SPOT, STATIC_STABILITY } from '../core/citations.ts';
import { counted, listing } from '../core/listing.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { isCounted } from '../counting/counted.ts';
import { zoneWords } from '../counting/listed-zones.ts';
import { countedIn, surest } from '../counting/type-count.ts';
import { withAllZones, type ZoneLoss, zoneLosses } from '../counting/zone-losses.ts';
import {
  instanceTypes,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  SPOT,
  withSubnets,
  zones,
} from '../examples/example-requirements.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const AWAY = ['use1-az1'];
const FIVE = ['c6i.large', 'm6i.large', 'm7i.large', 'r6i.large', 'r7i.large'];
const SIX = [...FIVE, 'c7i.large'];

const ONE = { types: 'type', families: 'family', zones: 'zone' } as const;

type Needed = Readonly<Record<'types' | 'families' | 'zones', number>>;

/** The day without one zone, reckoned before it comes. */
export const zoneLoss: Rule = {
  id: 'zone-loss',
  title: 'Too little left when one zone is gone',
  kinds: ['NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
  parameters: { types: 5, families: 2, zones: 1 },
  looksAt: REQUIREMENT_PATHS,
  checks:
    'With each open zone gone in turn: how many instance types and families can still be launched, and in how many zones. ' +
    'Where Spot may be launched, Spot is counted; else a single type is enough. Which types a zone offers is known from a ' +
    'catalogue of the Region; with the bundled one, types are taken to be offered everywhere. NodePools that are open to one ' +
    'zone are for [zone-single](zone-single.md), and what is too little with all zones is for ' +
    '[spot-types-min](spot-types-min.md) and [spot-families-min](spot-families-min.md).',
  why:
    'Not every zone of a Region offers every instance type, and Spot capacity is a stock of its own in each zone. When a zone ' +
    'is away the others are asked by everybody at once; a NodePool whose types are mostly of the zone that is gone has ' +
    'little to ask for. That 5 types, 2 families and 1 zone have to be left is our judgement, after what AWS says of ' +
    'capacity that has to be there before the zone fails.',
  instead:
    'Add types that the other zones offer, or open more zones. `zones: 2` asks for NodePools of three zones.',
  sources: [STATIC_STABILITY, EC2_SPOT],
  passes: [
    { title: 'Three zones and many types', yaml: withSubnets(ALL, nodePool([SPOT, ...RECOMMENDED])) },
    {
      title: 'Five types are left without us-east-1a, of three families or more',
      offeredOnlyIn: { 'c7i.large': AWAY },
      yaml: withSubnets(ALL, nodePool([SPOT, instanceTypes(...SIX)])),
    },
    {
      title: 'Two families are left without us-east-1a',
      offeredOnlyIn: { 'c6i.large': AWAY, 'c6i.xlarge': AWAY },
      yaml: withSubnets(
        ALL,
        nodePool([
          SPOT,
          instanceTypes(
            'c6i.large',
            'c6i.xlarge',
            'm6i.large',
            'm6i.xlarge',
            'm6i.2xlarge',
            'm7i.large',
            'm7i.xlarge',
          ),
        ]),
      ),
    },
    {
      title: 'Two zones, of which one is left',
      yaml: withSubnets(ALL, nodePool([SPOT, ...RECOMMENDED, zones('us-east-1a', 'us-east-1b')])),
    },
    {
      title: 'On demand, with a type that the others offer',
      offeredOnlyIn: { 'm6i.large': AWAY },
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, instanceTypes('m6i.large', 'm7i.large')])),
    },
    {
      title: 'One zone: another rule says something about it',
      yaml: nodePool([SPOT, instanceTypes(...FIVE), zones('us-east-1a')]),
    },
  ],
  fails: [
    {
      title: 'Four types are left without us-east-1a',
      says: 'Without us-east-1a (use1-az1), 4 instance types of 4 families are left in 2 zones; 5 types are needed',
      offeredOnlyIn: { 'c6i.large': AWAY },
      yaml: withSubnets(ALL, nodePool([SPOT, instanceTypes(...FIVE)])),
    },
    {
      title: 'One family is left without us-east-1a',
      says: 'Without us-east-1a (use1-az1), 5 instance types of 1 family are left in 2 zones; 2 families are needed',
      offeredOnlyIn: { 'm7i.large': AWAY },
      yaml: withSubnets(
        ALL,
        nodePool([
          SPOT,
          instanceTypes('m6i.large', 'm6i.xlarge', 'm6i.2xlarge', 'm6i.4xlarge', 'm6i.8xlarge', 'm7i.large'),
        ]),
      ),
    },
    {
      title: 'Types that are on demand in one zone only',
      says: 'Without us-east-1a (use1-az1), 0 instance types of 0 families are left in 0 zones; 1 type, 1 family and 1 zone are needed',
      offeredOnlyIn: { 'm6i.large': AWAY, 'm7i.large': AWAY },
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, instanceTypes('m6i.large', 'm7i.large')])),
    },
  ],
  check(subject, { types = 5, families = 2, zones: least = 1 }) {
    const losses = isCounted(subject) ? zoneLosses(subject) : undefined;
    if (losses === undefined || losses.length < 2) return [];
    const spot = subject.allowsCapacityType('spot');
    const needed = { types: spot ? types : 1, families: spot ? families : 1, zones: least };
    const whole = withAllZones(subject);
    const short = losses.filter((loss) => shortOf(loss, whole, needed).length > 0);
    const [worst] = [...short].sort(
      (a, b) => a.types - b.types || a.families - b.families || a.zones - b.zones,
    );
    if (worst === undefined) return [];
    const { catalog } = subject.around;
    const lacks = shortOf(worst, whole, needed).map((part) => counted(needed[part], ONE[part]));
    const others = losses.filter((loss) => loss !== worst);
    return [
      {
        message:
          `Without ${zoneWords(worst.lost)}, ${atMost(catalog, worst.types)} instance ` +
          `${worst.types === 1 ? 'type' : 'types'} of ${counted(worst.families, 'family')} ` +
          `${worst.types === 1 ? 'is' : 'are'} left in ${counted(worst.zones, 'zone')}; ${listing(lacks)} ` +
          `${lacks.length === 1 && lacks[0]?.startsWith('1 ') ? 'is' : 'are'} needed (without ` +
          `${others.map((loss) => `${zoneWords(loss.lost)} ${loss.types}`).join(', ')}; ${countedIn(subject)})`,
        fix: 'Allow instance types that the other zones offer, or open more zones',
        path: subject.facts.requirementsPath,
        found: worst.types,
        needed: needed.types,
        atMost: surest(subject, 'deny'),
      },
    ];
  },
};

/** What a loss leaves too little of. What is too little with all zones already is another rule's. */
function shortOf(loss: ZoneLoss, whole: Needed, needed: Needed): (keyof Needed)[] {
  const parts = ['types', 'families', 'zones'] as const;
  return parts.filter((part) => loss[part] < needed[part] && whole[part] >= needed[part]);
}
