import { distinctValues } from '../../catalog/matches.ts';
import { FAMILY_KEY } from '../../requirements/labels.ts';
import { EC2_SPOT, MIN_VALUES } from '../core/citations.ts';
import { listing } from '../core/listing.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { cheapestChange } from '../counting/cheapest-change.ts';
import { isCounted } from '../counting/counted.ts';
import { countedIn, familiesWords, surest } from '../counting/type-count.ts';
import {
  families,
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  SPOT,
} from '../examples/example-requirements.ts';

/** Many types of one family share one stock. */
export const spotFamiliesMin: Rule = {
  id: 'spot-families-min',
  title: 'Too few instance families for Spot',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
  parameters: { families: 3 },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Where Spot may be launched, of how many different families the instance types are that match and can be had as ' +
    'Spot in the zones that are open.',
  why:
    'EC2 takes Spot capacity back by instance type and zone. We take the sizes of one family for one shared risk, because ' +
    'they run on hosts of one kind, and AWS recommends to be open to many types. That, and that 3 families are the least, is ' +
    "our judgement; Karpenter's example for Spot asks for 5.",
  instead: 'Bound category and generation, and leave `instance-family` out, or list three families or more.',
  sources: [EC2_SPOT, MIN_VALUES],
  passes: [
    { title: 'Any family of three categories', yaml: nodePool([SPOT, ...RECOMMENDED]) },
    { title: 'Three families', yaml: nodePool([SPOT, families('m6i', 'm6a', 'm7i')]) },
    { title: 'One family, and no Spot', yaml: nodePool([ON_DEMAND, families('m6i')]) },
  ],
  fails: [
    {
      title: 'One family, whatever its number of sizes',
      says: 'are of at most 1 instance family (m6i); 3 are needed',
      yaml: nodePool([SPOT, families('m6i')]),
    },
    {
      title: 'Two families',
      says: 'are of at most 2 instance families (m6a and m6i); 3 are needed',
      yaml: nodePool([SPOT, families('m6i', 'm6a')]),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'are of at most 1 instance family (m6i)',
      yaml: nodeClaim([SPOT, families('m6i')]),
    },
  ],
  check(subject, { families: needed = 3 }) {
    if (!isCounted(subject) || !subject.allowsCapacityType('spot')) return [];
    const spot = subject.launchable('spot');
    const names = distinctValues(spot, FAMILY_KEY);
    const found = names.length;
    if (found >= needed) return [];
    const fix = cheapestChange(subject, { needed, of: 'families', capacityType: 'spot' });
    return [
      {
        message:
          `Spot may be launched, and the types that match are of ${familiesWords(spot.catalog, found)}` +
          `${found === 0 ? '' : ` (${listing(names)})`}; ${needed} are needed (${countedIn(subject)})`,
        ...(fix === undefined ? {} : { fix }),
        path: subject.facts.requirementsPath,
        found,
        needed,
        atMost: surest(subject, 'deny'),
      },
    ];
  },
};
