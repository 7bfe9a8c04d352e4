import { distinctValues } from '../../catalog/matches.ts';
import { atMost } from '../../catalog/own-catalog.ts';
import { ARCH_KEY } from '../../requirements/labels.ts';
import { NODEPOOL_REQUIREMENTS, type RuleSource } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { isCounted } from '../counting/counted.ts';
import { countWith, launchableTypes } from '../counting/type-count.ts';
import {
  families,
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  requirement,
} from '../examples/example-requirements.ts';

const REST = RECOMMENDED.slice(1);
const GRAVITON: RuleSource = {
  title: 'Karpenter Blueprints: Using Graviton',
  url: 'https://aws-samples.github.io/karpenter-blueprints/blueprints/graviton/',
};

/** Images for one architecture do not start on the other. */
export const archUnset: Rule = {
  id: 'arch-unset',
  title: 'Nodes of two architectures',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether types of more than one architecture match. Where `kubernetes.io/arch` names both it is taken as meant, and ' +
    'stands in the audit log alone.',
  why:
    'A NodePool that does not bound `kubernetes.io/arch` gets amd64 and arm64 nodes, whichever is cheaper at the moment. ' +
    'An image that was built for one of them ends with `exec format error` on the other, and only on some nodes.',
  instead:
    'Say `{ key: kubernetes.io/arch, operator: In, values: [amd64] }`, or name both once every image of these pods, those ' +
    'of daemon sets too, is built for both.',
  sources: [NODEPOOL_REQUIREMENTS, GRAVITON],
  passes: [
    { title: 'One architecture', yaml: nodePool([ON_DEMAND, ...RECOMMENDED]) },
    { title: 'Families that are all of one', yaml: nodePool([ON_DEMAND, families('m6i', 'm7i')]) },
    {
      title: 'As a template label, which acts as a requirement',
      yaml: nodePool([ON_DEMAND, ...REST], { templateLabels: ['kubernetes.io/arch: arm64'] }),
    },
  ],
  fails: [
    {
      title: 'Nothing said of it',
      says: 'No requirement bounds kubernetes.io/arch, and types of amd64 and arm64 match',
      yaml: nodePool([ON_DEMAND, ...REST]),
    },
    {
      title: 'Both, as said',
      says: 'Both architectures are allowed',
      yaml: nodePool([ON_DEMAND, requirement(ARCH_KEY, 'In', 'amd64', 'arm64'), ...REST]),
    },
    {
      title: 'Families of two, in a NodeClaim that somebody wrote',
      says: 'No requirement bounds kubernetes.io/arch',
      yaml: nodeClaim([ON_DEMAND, families('m6i', 'm6g')]),
    },
  ],
  check(subject) {
    if (!isCounted(subject)) return [];
    const matches = launchableTypes(subject);
    const archs = distinctValues(matches, ARCH_KEY);
    if (archs.length < 2) return [];
    const counts = archs
      .map((arch) => `${atMost(matches.catalog, countWith(matches, ARCH_KEY, arch))} of ${arch}`)
      .join(', ');
    const said = subject.requirements.has(ARCH_KEY);
    return [
      {
        message: said
          ? `Both architectures are allowed (${counts}): every image has to be built for both`
          : `No requirement bounds ${ARCH_KEY}, and types of ${archs.join(' and ')} match (${counts}): every image has to ` +
            'be built for both',
        ...(said ? {} : { fix: `Add { key: ${ARCH_KEY}, operator: In, values: [amd64] }` }),
        path: subject.facts.requirementsPath,
        found: archs.length,
        needed: 1,
        ...(said ? { atMost: 'audit' as const } : {}),
      },
    ];
  },
};
