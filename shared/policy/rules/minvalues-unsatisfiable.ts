import { distinctValues } from '../../catalog/matches.ts';
import { atMost } from '../../catalog/own-catalog.ts';
import { CAPACITY_TYPE_KEY, CATEGORY_KEY, FAMILY_KEY, INSTANCE_TYPE_KEY } from '../../requirements/labels.ts';
import { MIN_VALUES, type RuleSource } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Problem, type Rule } from '../core/rule.ts';
import type { Subject } from '../core/subject.ts';
import { isCounted } from '../counting/counted.ts';
import { countedIn, launchableTypes, surest } from '../counting/type-count.ts';
import {
  nodeClaim,
  nodePool,
  RECOMMENDED,
  requirement,
  requirementWithMin,
  SPOT,
} from '../examples/example-requirements.ts';
import { labelFor } from '../values/label-for.ts';

const SETTINGS: RuleSource = {
  title: 'Karpenter: Settings, MIN_VALUES_POLICY',
  url: 'https://karpenter.sh/docs/reference/settings/',
};

/** More different values wanted than there are. */
export const minvaluesUnsatisfiable: Rule = {
  id: 'minvalues-unsatisfiable',
  title: 'minValues that cannot be met',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'For each requirement with `minValues` on a label of instance types, or on the capacity type: how many different values ' +
    'of it there are among the types that match. For zones see [zone-minvalues](zone-minvalues.md).',
  why:
    'Karpenter launches for a NodePool only where the types that are left for a launch have that many different values of ' +
    'the label. Where all types together have fewer, it never launches anything: the NodePool is dead and pods stay ' +
    'pending, unless Karpenter runs with `MIN_VALUES_POLICY=BestEffort`.',
  instead: 'Lower `minValues`, or take away what narrows the types.',
  sources: [MIN_VALUES, SETTINGS],
  passes: [
    {
      title: "Five families, as in Karpenter's own example",
      yaml: nodePool([SPOT, ...RECOMMENDED, requirementWithMin(5, FAMILY_KEY, 'Exists')]),
    },
    {
      title: 'Just as many as there are',
      yaml: nodePool([SPOT, requirementWithMin(2, INSTANCE_TYPE_KEY, 'In', 'm6i.large', 'm7i.large')]),
    },
    {
      title: 'Both capacity types',
      yaml: nodePool([requirementWithMin(2, CAPACITY_TYPE_KEY, 'In', 'spot', 'on-demand'), ...RECOMMENDED]),
    },
  ],
  fails: [
    {
      title: 'Three families where two are listed',
      says: 'minValues of karpenter.k8s.aws/instance-family is 3, and the types that match have at most 2 (m6i and m7i)',
      yaml: nodePool([
        SPOT,
        requirementWithMin(3, FAMILY_KEY, 'Exists'),
        requirement(FAMILY_KEY, 'In', 'm6i', 'm7i'),
      ]),
    },
    {
      title: 'Two categories, and the families are of one',
      says: 'minValues of karpenter.k8s.aws/instance-category is 2, and the types that match have at most 1 (m)',
      yaml: nodePool([
        SPOT,
        requirementWithMin(2, CATEGORY_KEY, 'In', 'c', 'm'),
        requirement(FAMILY_KEY, 'In', 'm6i', 'm7i'),
      ]),
    },
    {
      title: 'Two capacity types, of which one is left out',
      says: 'minValues of karpenter.sh/capacity-type is 2, and 1 is allowed (spot)',
      yaml: nodePool([requirementWithMin(2, CAPACITY_TYPE_KEY, 'Exists'), SPOT, ...RECOMMENDED]),
    },
    {
      title: 'In a NodeClaim that somebody wrote',
      says: 'the types that match have at most 1 (m6i)',
      yaml: nodeClaim([
        SPOT,
        requirementWithMin(2, FAMILY_KEY, 'Exists'),
        requirement(FAMILY_KEY, 'In', 'm6i'),
      ]),
    },
  ],
  check(subject) {
    if (!isCounted(subject)) return [];
    return [...subject.requirements].flatMap(([key, { minValues }]) => {
      if (minValues === undefined) return [];
      if (key === CAPACITY_TYPE_KEY) return capacityTypeProblem(subject, minValues);
      return subject.around.catalog.columns.has(key) ? typeProblem(subject, key, minValues) : [];
    });
  },
};

function capacityTypeProblem(subject: Subject, needed: number): Problem[] {
  const allowed = ['spot', 'on-demand', 'reserved'].filter((type) => subject.allowsCapacityType(type));
  const said = `${allowed.length} ${allowed.length === 1 ? 'is' : 'are'} allowed${names(allowed)}`;
  return allowed.length >= needed ? [] : [problem(subject, CAPACITY_TYPE_KEY, needed, allowed.length, said)];
}

function typeProblem(subject: Subject, key: string, needed: number): Problem[] {
  const types = launchableTypes(subject);
  const values = distinctValues(types, key);
  if (values.length >= needed) return [];
  const count = atMost(types.catalog, values.length);
  const said = `the types that match have ${count}${names(values)}, ${countedIn(subject)}`;
  return [{ ...problem(subject, key, needed, values.length, said), atMost: surest(subject, 'deny') }];
}

function problem(subject: Subject, key: string, needed: number, found: number, said: string): Problem {
  return {
    message: `minValues of ${labelFor(subject, key)} is ${needed}, and ${said}`,
    fix:
      found === 0
        ? 'Change the requirements so that some type matches'
        : `Lower minValues of ${labelFor(subject, key)} to ${found}, or allow more`,
    path: subject.facts.requirementsPath,
    found,
    needed,
  };
}

/** ` (c, m and r)`, where there are few. */
function names(values: readonly string[]): string {
  if (values.length === 0 || values.length > 5) return '';
  const last = values.at(-1) ?? '';
  return values.length === 1 ? ` (${last})` : ` (${values.slice(0, -1).join(', ')} and ${last})`;
}
