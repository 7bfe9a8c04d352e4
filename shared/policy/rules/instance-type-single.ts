import { typeNames } from '../../catalog/matches.ts';
import { EC2_SPOT, INSTANCE_TYPES } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { cheapestChange } from '../counting/cheapest-change.ts';
import { isCounted } from '../counting/counted.ts';
import { countedIn, launchableTypes, surest } from '../counting/type-count.ts';
import {
  families,
  instanceTypes,
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
  SPOT,
} from '../examples/example-requirements.ts';

/** One type: one shortage, and nothing is launched any more. */
export const instanceTypeSingle: Rule = {
  id: 'instance-type-single',
  title: 'One instance type, or none',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'How many instance types match that can be had as the object wants them in the zones that are open. One is denied ' +
    'where Spot may be launched, and warned of where it may not. That none matches is denied, unless it names types that ' +
    'the catalogue does not know. A NodeClaim for on-demand capacity that somebody wrote may name one type: it is one ' +
    'instance.',
  why:
    "Karpenter's documentation asks for a list of types rather than one, and recommends to say nothing of types at all. " +
    'EC2 can be out of one type in one zone at any time, on demand too; as Spot it is also taken back all at once.',
  instead:
    'Ask for what the pods need: category, generation, cpu, memory. Where a licence or a reservation ties you to one type, ' +
    'launch it on demand, or exempt the NodePool with that reason.',
  sources: [INSTANCE_TYPES, EC2_SPOT],
  passes: [
    { title: 'Categories and generations', yaml: nodePool([SPOT, ...RECOMMENDED]) },
    {
      title: 'Two types: other rules say whether they are enough',
      yaml: nodePool([SPOT, instanceTypes('m6i.large', 'm7i.large')]),
    },
    {
      title: 'One type in a NodeClaim for on-demand capacity',
      yaml: nodeClaim([ON_DEMAND, instanceTypes('m6i.large')]),
    },
  ],
  fails: [
    {
      title: 'One type for Spot',
      says: 'm6i.large is the only instance type that matches, and Spot may be launched',
      yaml: nodePool([SPOT, instanceTypes('m6i.large')]),
    },
    {
      title: 'One type on demand, as family and size',
      says: 'm6i.large is the only instance type that matches (',
      yaml: nodePool([
        ON_DEMAND,
        families('m6i'),
        requirement('karpenter.k8s.aws/instance-size', 'In', 'large'),
      ]),
    },
    {
      title: 'Requirements that contradict each other',
      says: 'No instance type matches',
      yaml: nodePool([ON_DEMAND, instanceTypes('m6i.large'), families('m5')]),
    },
    {
      title: 'One type for Spot in a NodeClaim that somebody wrote',
      says: 'm6i.large is the only instance type that matches, and Spot may be launched',
      yaml: nodeClaim([SPOT, instanceTypes('m6i.large')]),
    },
  ],
  check(subject) {
    if (!isCounted(subject)) return [];
    const matches = launchableTypes(subject);
    const found = matches.types.length;
    const spot = subject.allowsCapacityType('spot');
    if (found > 1 || (found === 1 && subject.kind === 'NodeClaim' && !spot)) return [];
    const what =
      found === 0
        ? 'No instance type matches'
        : `${typeNames(matches)[0] ?? ''} is the only instance type that matches${spot ? ', and Spot may be launched' : ''}`;
    // One more would be enough for this rule, and another one would then ask for five.
    const fix = cheapestChange(subject, {
      needed: spot ? 5 : 2,
      of: 'types',
      capacityType: spot ? 'spot' : 'on-demand',
    });
    return [
      {
        message: `${what} (${countedIn(subject)})`,
        ...(fix === undefined ? {} : { fix }),
        path: subject.facts.requirementsPath,
        found,
        needed: 2,
        atMost: found === 0 || spot ? surest(subject, 'deny') : 'warn',
      },
    ];
  },
};
