import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { overlapIndex } from '../counting/overlap-index.ts';
import {
  type ExampleParts,
  exampleFile,
  exampleNodePool,
  GENERAL_REQUIREMENTS,
} from '../examples/example-yaml.ts';

/** So many are named; that there are more is said. */
const NAMED = 3;

const BATCH = exampleNodePool({ name: 'batch' });

/** Two NodePools for the same pods, and nothing that says which. */
export const weightOverlap: Rule = {
  id: 'weight-overlap',
  title: 'NodePools for the same pods, with the same weight',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  besideOthers: true,
  looksAt: [
    'metadata.name',
    ...REQUIREMENT_PATHS,
    'spec.template.spec.taints',
    'spec.weight',
    'spec.replicas',
  ],
  checks:
    'Whether another NodePool has the same weight (0 where none is set) and the same taints with the effect `NoSchedule` or ' +
    '`NoExecute`, requirements and template labels that intersect with those of this one, and an instance type in common. ' +
    'It is told of both. Static NodePools are not asked, and of very many NodePools that have much in common not all pairs ' +
    'are compared.',
  why:
    'A pod that fits both goes to the one that Karpenter happens to try first. That shows in what nodes cost, in which ' +
    "limits fill up, and in which budgets apply, and changes when somebody adds a third. Karpenter's documentation and the " +
    'EKS Best Practices Guide both ask for NodePools that exclude each other, or that have weights.',
  instead:
    'Give the one that is to be tried first a `spec.weight`. Or set them apart: by a taint, by the capacity type or the ' +
    'architecture, or by a label of your own that pods select.',
  sources: [
    { title: 'Karpenter: NodePools', url: 'https://karpenter.sh/docs/concepts/nodepools/' },
    {
      title: 'Karpenter: Scheduling, weighted NodePools',
      url: 'https://karpenter.sh/docs/concepts/scheduling/#weighted-nodepools',
    },
    {
      title: 'EKS Best Practices Guide: Karpenter, NodePools that exclude each other or have weights',
      url: 'https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html',
    },
  ],
  passes: [
    { title: 'Another weight', yaml: beside({ spec: ['weight: 10'] }) },
    {
      title: 'A taint',
      yaml: beside({ template: ['taints: [{ key: example.com/web, effect: NoSchedule }]'] }),
    },
    {
      title: 'Another capacity type',
      yaml: beside({
        requirements: [
          '- { key: karpenter.sh/capacity-type, operator: In, values: [spot] }',
          ...GENERAL_REQUIREMENTS.slice(1),
        ],
      }),
    },
    {
      title: 'No instance type in common',
      yaml: beside({
        requirements: [
          ...GENERAL_REQUIREMENTS.slice(0, 3),
          '- { key: karpenter.k8s.aws/instance-family, operator: In, values: [t3, t3a] }',
        ],
      }),
    },
    { title: 'A static NodePool', yaml: beside({ spec: ['replicas: 6', 'limits: { nodes: "8" }'] }) },
    { title: 'The only one', yaml: exampleNodePool() },
  ],
  fails: [
    { title: 'The same requirements', says: 'NodePool batch', yaml: beside({}) },
    {
      title: 'One of them says more',
      says: 'NodePool batch',
      yaml: beside({
        requirements: [
          ...GENERAL_REQUIREMENTS,
          '- { key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ["15"] }',
        ],
        templateLabels: ['example.com/team: web'],
      }),
    },
  ],
  check(subject) {
    const { facts, around } = subject;
    if (facts.replicas !== undefined) return [];
    const others = overlapIndex(around.nodePools, around.catalog).overlapping(
      facts,
      () => subject.matches,
      NAMED + 1,
    );
    if (others.length === 0) return [];
    const more = others.length > NAMED ? ' and others' : '';
    const named = others.slice(0, NAMED);
    return [
      {
        message:
          `NodePool${others.length === 1 ? '' : 's'} ${named.join(', ')}${more} would serve the same pods with the same ` +
          `weight (${facts.weight ?? 0}) and taints: nothing says which of them Karpenter uses`,
        fix: 'Set spec.weight on the one that is to be tried first, or set them apart by a taint or a label',
        path: 'spec.weight',
      },
    ];
  },
};

function beside(parts: ExampleParts): string {
  return exampleFile(BATCH, exampleNodePool(parts));
}
