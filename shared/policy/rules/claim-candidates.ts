import { labelOf, placesIn } from '../../catalog/catalog.ts';
import { listed } from '../../requirements/allowed-values.ts';
import { FAMILY_KEY, INSTANCE_TYPE_KEY } from '../../requirements/labels.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { MIN_VALUES, SPOT_CONSOLIDATION } from '../core/citations.ts';
import { counted } from '../core/listing.ts';
import type { Rule } from '../core/rule.ts';
import {
  instanceTypes,
  karpentersNodeClaim,
  nodeClaim,
  ON_DEMAND,
  RECOMMENDED,
  SPOT,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

const FOUR = ['m6i.large', 'm6a.large', 'm7i.large', 'c7i.large'];

/** What one launch can really choose from, after the pods have had their say. */
export const claimCandidates: Rule = {
  id: 'claim-candidates',
  title: 'A launch with few instance types to choose from',
  kinds: ['NodeClaim'],
  severity: { baseline: 'audit', 'spot-production': 'warn', strict: 'warn' },
  parameters: { types: 5 },
  looksAt: ['spec.requirements', 'metadata.labels[karpenter.sh/nodepool]'],
  checks:
    'Of a NodeClaim that Karpenter made and that may be launched as Spot: how many instance types stand in its list of ' +
    'candidates. It is never denied, whatever the policy says.',
  why:
    'Karpenter writes into each NodeClaim which types are left for it after the requirements of the NodePool and of its ' +
    'pods. That list is what EC2 is asked for, so that it tells how open a launch really was: a NodePool can be open to ' +
    'hundreds of types, and a node selector or an odd size of one pod leave two. A refusal would stop the launch and help ' +
    "nobody. That 5 are few is our judgement, after the threshold of Karpenter's AWS provider.",
  instead:
    'Look at the pods: node selectors and affinities on instance types, and requests that fit few sizes. `minValues` in the ' +
    'NodePool holds Karpenter to a least number.',
  sources: [MIN_VALUES, SPOT_CONSOLIDATION],
  passes: [
    {
      title: 'Five candidates',
      yaml: karpentersNodeClaim([SPOT_AND_ON_DEMAND, instanceTypes(...FOUR, 'r7i.large')]),
    },
    { title: 'One candidate, on demand', yaml: karpentersNodeClaim([ON_DEMAND, instanceTypes('m6i.large')]) },
    { title: 'No list, as of a static NodePool', yaml: karpentersNodeClaim([SPOT, ...RECOMMENDED]) },
    {
      title: 'A NodeClaim that somebody wrote: other rules judge it',
      yaml: nodeClaim([SPOT, instanceTypes('m6i.large')]),
    },
  ],
  fails: [
    {
      title: 'Four candidates',
      says: '4 instance types of 4 families are left for this launch',
      yaml: karpentersNodeClaim([SPOT, instanceTypes(...FOUR)]),
    },
    {
      title: 'One candidate',
      says: '1 instance type of 1 family is left for this launch',
      yaml: karpentersNodeClaim([SPOT, instanceTypes('m6i.large')]),
    },
  ],
  check(subject, { types: needed = 5 }) {
    if (!isMadeByKarpenter(subject) || !subject.allowsCapacityType('spot')) return [];
    const names = listed(allowedFor(subject.requirements, INSTANCE_TYPE_KEY));
    if (names === undefined || names.length >= needed) return [];
    const { catalog } = subject.around;
    const known = names.map((name) => labelOf(catalog, placesIn(catalog.types).get(name) ?? -1, FAMILY_KEY));
    const families = new Set(known.map((family, place) => family ?? names[place]?.split('.')[0]));
    const { length } = names;
    return [
      {
        message:
          `${counted(length, 'instance type')} of ${counted(families.size, 'family')} ${length === 1 ? 'is' : 'are'} left ` +
          `for this launch, and it may be Spot; ${needed} are needed`,
        fix: 'Look for node selectors, affinities or sizes of its pods that leave so few',
        path: subject.facts.requirementsPath,
        found: length,
        needed,
        atMost: 'warn',
      },
    ];
  },
};
