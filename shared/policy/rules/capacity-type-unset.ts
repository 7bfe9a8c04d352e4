import { CAPACITY_TYPE_KEY } from '../../requirements/labels.ts';
import { CAPACITY_TYPES, NODEPOOL_REQUIREMENTS } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import {
  nodeClaim,
  nodePool,
  RECOMMENDED,
  requirement,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

/** Nothing said of the capacity type means Spot. */
export const capacityTypeUnset: Rule = {
  id: 'capacity-type-unset',
  title: 'Capacity type not said',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether a requirement or a template label bounds `karpenter.sh/capacity-type`. `Exists` bounds nothing.',
  why:
    'A label that no requirement names may have any value, and of the capacity types that are allowed Karpenter takes ' +
    'reserved first, then Spot, then on-demand. So a NodePool that says nothing runs on Spot, which few who leave it out have ' +
    'meant.',
  instead:
    'Say it: `{ key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }`, or `[spot, on-demand]` for Spot ' +
    'with a fallback.',
  sources: [NODEPOOL_REQUIREMENTS, CAPACITY_TYPES],
  passes: [
    { title: 'Spot with a fallback, as said', yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED]) },
    {
      title: 'All but Spot',
      yaml: nodePool([requirement(CAPACITY_TYPE_KEY, 'NotIn', 'spot'), ...RECOMMENDED]),
    },
    {
      title: 'As a template label, which acts as a requirement',
      yaml: nodePool(RECOMMENDED, { templateLabels: ['karpenter.sh/capacity-type: on-demand'] }),
    },
  ],
  fails: [
    { title: 'Nothing said', says: 'so that Spot is launched', yaml: nodePool(RECOMMENDED) },
    {
      title: 'That there is one says nothing of which',
      says: 'so that Spot is launched',
      yaml: nodePool([requirement(CAPACITY_TYPE_KEY, 'Exists'), ...RECOMMENDED]),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'so that Spot is launched',
      yaml: nodeClaim(RECOMMENDED),
    },
  ],
  check(subject) {
    if (isMadeByKarpenter(subject)) return [];
    const allowed = subject.requirements.get(CAPACITY_TYPE_KEY);
    if (allowed !== undefined && !(allowed.complement && allowed.values.size === 0)) return [];
    return [
      {
        message: `No requirement bounds ${CAPACITY_TYPE_KEY}, so that Spot is launched wherever it can be had`,
        fix: `Add { key: ${CAPACITY_TYPE_KEY}, operator: In, values: [on-demand] }, or [spot, on-demand] if Spot is meant`,
        path: subject.facts.requirementsPath,
      },
    ];
  },
};
