import {
  ACCELERATOR_COUNT_KEY,
  ACCELERATOR_NAME_KEY,
  CATEGORY_KEY,
  CPU_KEY,
  FAMILY_KEY,
  GPU_COUNT_KEY,
  GPU_NAME_KEY,
  INSTANCE_TYPE_KEY,
  MEMORY_KEY,
  SIZE_KEY,
} from '../../requirements/labels.ts';
import { allowedFor } from '../../requirements/requirement-map.ts';
import { INSTANCE_TYPES, NODEPOOL_REQUIREMENTS } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { isCounted } from '../counting/counted.ts';
import {
  countedIn,
  familiesWords,
  familyCount,
  launchableTypes,
  typesWords,
} from '../counting/type-count.ts';
import {
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
} from '../examples/example-requirements.ts';
import { labelFor } from '../values/label-for.ts';

/** What tells a small machine from a large one, or a plain one from an exotic one. */
const BOUNDS: readonly string[] = [
  ...[CATEGORY_KEY, FAMILY_KEY, INSTANCE_TYPE_KEY, SIZE_KEY, CPU_KEY, MEMORY_KEY],
  ...[GPU_NAME_KEY, GPU_COUNT_KEY, ACCELERATOR_NAME_KEY, ACCELERATOR_COUNT_KEY],
];

/** Everything that EC2 has. */
export const requirementsEmpty: Rule = {
  id: 'requirements-empty',
  title: 'Any instance type at all',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether a list or a bound says anything of category, family, type, size, cpu, memory, GPU or accelerator. `Exists` ' +
    'and `NotIn` say what is not wanted, and leave all the rest.',
  why:
    'Without any of them every type that AWS has may be launched, from a shared core to a metal host with terabytes of ' +
    'memory. Karpenter chooses by price among those that fit, which can lead to an exotic one; its documentation recommends ' +
    'to say some requirements, for that reason.',
  instead:
    'Begin with the categories `[c, m, r]` and generations above 2, and bound cpu or memory where large nodes hurt.',
  sources: [NODEPOOL_REQUIREMENTS, INSTANCE_TYPES],
  passes: [
    { title: "Karpenter's recommendation", yaml: nodePool([ON_DEMAND, ...RECOMMENDED]) },
    {
      title: 'A bound on cpu alone',
      yaml: nodePool([ON_DEMAND, requirement(CPU_KEY, 'Lt', 33)]),
    },
    { title: 'GPUs of one kind', yaml: nodePool([ON_DEMAND, requirement(GPU_NAME_KEY, 'In', 'l4')]) },
  ],
  fails: [
    { title: 'No requirement', says: 'No requirement says which instance types', yaml: nodePool([]) },
    {
      title: 'Capacity type and architecture alone',
      says: 'No requirement says which instance types',
      yaml: nodePool([ON_DEMAND, requirement('kubernetes.io/arch', 'In', 'amd64')]),
    },
    {
      title: 'All but one category, in a NodeClaim that somebody wrote',
      says: 'No requirement says which instance types',
      yaml: nodeClaim([ON_DEMAND, requirement(CATEGORY_KEY, 'NotIn', 't')]),
    },
  ],
  check(subject) {
    if (!isCounted(subject)) return [];
    const bounded = BOUNDS.some((key) => {
      const { complement, least, most } = allowedFor(subject.requirements, key);
      return !complement || least !== undefined || most !== undefined;
    });
    if (bounded) return [];
    const matches = launchableTypes(subject);
    return [
      {
        message:
          `No requirement says which instance types are meant: ${typesWords(matches.catalog, matches.types.length)} of ` +
          `${familiesWords(matches.catalog, familyCount(matches))} match (${countedIn(subject)})`,
        fix: `Add { key: ${labelFor(subject, CATEGORY_KEY)}, operator: In, values: [c, m, r] }`,
        path: subject.facts.requirementsPath,
        found: matches.types.length,
      },
    ];
  },
};
