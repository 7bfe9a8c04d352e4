import { labelOf } from '../../catalog/catalog.ts';
import { listed } from '../../requirements/allowed-values.ts';
import { FAMILY_KEY, GENERATION_KEY, INSTANCE_TYPE_KEY } from '../../requirements/labels.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { NODEPOOL_REQUIREMENTS } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { isCounted } from '../counting/counted.ts';
import { launchableTypes } from '../counting/type-count.ts';
import { families, nodeClaim, nodePool, ON_DEMAND, requirement } from '../examples/example-requirements.ts';
import { labelFor } from '../values/label-for.ts';

const CATEGORIES = requirement('karpenter.k8s.aws/instance-category', 'In', 'c', 'm', 'r');
const bound = (operator: string, value: number) => requirement(GENERATION_KEY, operator, value);

/** Types that nobody would choose today. */
export const generationFloor: Rule = {
  id: 'generation-floor',
  title: 'No lower bound on the generation',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  parameters: { generation: 3 },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether types of a generation below `generation` are kept out: by a bound or a list of generations, or by a list of ' +
    'families or types, which is taken as meant.',
  why:
    "The first two generations have old processors and no Nitro hypervisor. Karpenter's recommended requirements begin at " +
    'generation 3.',
  instead:
    'Add `{ key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["2"] }`, or a higher one.',
  sources: [NODEPOOL_REQUIREMENTS],
  passes: [
    { title: "Karpenter's recommendation", yaml: nodePool([ON_DEMAND, CATEGORIES, bound('Gt', 2)]) },
    { title: 'The same bound, with itself in it', yaml: nodePool([ON_DEMAND, CATEGORIES, bound('Gte', 3)]) },
    { title: 'Listed families', yaml: nodePool([ON_DEMAND, families('m1', 'm2', 'm6i')]) },
  ],
  fails: [
    {
      title: 'No bound',
      says: 'types of generation 1 and 2 match, such as c1.medium',
      yaml: nodePool([ON_DEMAND, CATEGORIES]),
    },
    {
      title: 'A bound that lets the second generation in',
      says: 'types of generation 2 match, such as m2.2xlarge',
      yaml: nodePool([
        ON_DEMAND,
        requirement('karpenter.k8s.aws/instance-category', 'In', 'm'),
        bound('Gt', 1),
      ]),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'types of generation 1 and 2 match',
      yaml: nodeClaim([ON_DEMAND, CATEGORIES]),
    },
  ],
  check(subject, { generation: floor = 3 }) {
    if (!isCounted(subject)) return [];
    const meant = [FAMILY_KEY, INSTANCE_TYPE_KEY, GENERATION_KEY].some(
      (key) => listed(allowedFor(subject.requirements, key)) !== undefined,
    );
    if (meant) return [];
    const { catalog, types } = launchableTypes(subject);
    const old = types.filter((type) => Number(labelOf(catalog, type, GENERATION_KEY) ?? floor) < floor);
    const [first] = old;
    if (first === undefined) return [];
    const generations = [...new Set(old.map((type) => labelOf(catalog, type, GENERATION_KEY) ?? ''))].sort();
    return [
      {
        message:
          `Nothing keeps old types out: ${old.length} of ${types.length} that match are below generation ${floor}; ` +
          `types of generation ${generations.join(' and ')} match, such as ${catalog.types[first] ?? ''}`,
        fix: `Add { key: ${labelFor(subject, GENERATION_KEY)}, operator: Gt, values: ["${floor - 1}"] }`,
        path: subject.facts.requirementsPath,
        found: old.length,
        needed: 0,
      },
    ];
  },
};
