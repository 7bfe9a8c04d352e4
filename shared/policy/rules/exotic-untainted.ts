import { distinctValues } from '../../catalog/matches.ts';
import { allowsAbsence } from '../../requirements/allowed-values.ts';
import {
  CATEGORY_KEY,
  canonicalLabel,
  FAMILY_KEY,
  INSTANCE_TYPE_KEY,
  SIZE_KEY,
} from '../../requirements/labels.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import type { Subject } from '../core/subject.ts';
import { exampleNodeClaim, exampleNodePool, GENERAL_REQUIREMENTS } from '../examples/example-yaml.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';
import { EXOTIC_KEYS, exoticValues } from '../values/exotic-hardware.ts';

/** Labels by whose values types are chosen one kind at a time. */
const LISTED_KEYS = [INSTANCE_TYPE_KEY, FAMILY_KEY, CATEGORY_KEY, SIZE_KEY];
/** What keeps pods off a node that did not ask for it; `PreferNoSchedule` is given up when there is no other room. */
const KEEPING_OFF = ['NoSchedule', 'NoExecute'];

/** Expensive hardware that any pod can land on. */
export const exoticUntainted: Rule = {
  id: 'exotic-untainted',
  title: 'Expensive hardware without a taint',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: [...ALL_REQUIREMENT_PATHS, 'spec.template.spec.taints', 'spec.taints'],
  checks:
    'Whether GPUs, accelerators or bare metal are asked for by name, and no taint with the effect `NoSchedule` or ' +
    '`NoExecute` keeps other pods off. Asked for by name are: a label such as `instance-gpu-count` that only they have; ' +
    'and a listed type, family, category or size of which most types in the catalogue are such. That they are not excluded ' +
    'is not asked: Karpenter leaves them out as long as anything else fits, unless `minValues` is set.',
  why:
    'A node with a GPU or on bare metal costs many times that of another. Once it is there, the scheduler puts any pod on ' +
    'it that fits, and those pods keep it from being removed when its own work is done. Karpenter and the EKS Best ' +
    'Practices Guide both set such nodes apart by a taint that the pods which need them tolerate.',
  instead:
    'Give the NodePool a taint, such as `{ key: nvidia.com/gpu, value: "true", effect: NoSchedule }`, and the pods that ' +
    'need the hardware a toleration for it.',
  sources: [
    {
      title: 'Karpenter: NodePools, isolating expensive hardware',
      url: 'https://karpenter.sh/docs/concepts/nodepools/#isolating-expensive-hardware',
    },
    {
      title: 'EKS Best Practices Guide: Karpenter, NodePools that exclude each other',
      url: 'https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html',
    },
    {
      title: "Karpenter's AWS provider v1.14.1, ExoticInstanceTypeFilter",
      url: 'https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/pkg/providers/instance/filter/filter.go',
    },
  ],
  passes: [
    { title: 'Nothing of the kind', yaml: exampleNodePool() },
    {
      title: 'GPUs with a taint',
      yaml: withRequirement('- { key: karpenter.k8s.aws/instance-gpu-count, operator: Gt, values: ["0"] }', [
        'taints: [{ key: nvidia.com/gpu, value: "true", effect: NoSchedule }]',
      ]),
    },
    {
      title: 'GPUs are excluded',
      yaml: withRequirement('- { key: karpenter.k8s.aws/instance-gpu-count, operator: DoesNotExist }'),
    },
    {
      title: 'Not excluded, and not asked for',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ["3"] }'],
      }),
    },
    {
      title: 'A NodeClaim that Karpenter made: its NodePool was judged',
      yaml: exampleNodeClaim({
        labels: ['karpenter.sh/nodepool: web'],
        requirements: ['- { key: karpenter.k8s.aws/instance-family, operator: In, values: [g5] }'],
      }),
    },
    {
      title: 'A family that has bare metal among others',
      yaml: withRequirement('- { key: karpenter.k8s.aws/instance-family, operator: In, values: [m5, c5] }'),
    },
  ],
  fails: [
    {
      title: 'GPUs by a label',
      says: 'instance-gpu-count',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-gpu-count, operator: Gt, values: ["0"] }'],
      }),
    },
    {
      title: 'GPUs by category, beside others',
      says: 'instance-category In [g]',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-category, operator: In, values: [m, g] }'],
      }),
    },
    {
      title: 'Accelerators by category',
      says: 'instance-category In [inf, trn]',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-category, operator: In, values: [inf, trn] }'],
      }),
    },
    {
      title: 'A taint that keeps nobody off',
      says: 'g5.2xlarge',
      yaml: exampleNodePool({
        requirements: [
          '- { key: node.kubernetes.io/instance-type, operator: In, values: [g5.xlarge, g5.2xlarge] }',
        ],
        template: ['taints: [{ key: nvidia.com/gpu, effect: PreferNoSchedule }]'],
      }),
    },
    {
      title: 'Bare metal',
      says: 'instance-size In [metal]',
      yaml: withRequirement('- { key: karpenter.k8s.aws/instance-size, operator: In, values: [metal] }'),
    },
    {
      title: 'A NodeClaim of its own',
      says: 'instance-family In [g5]',
      yaml: exampleNodeClaim({
        requirements: ['- { key: karpenter.k8s.aws/instance-family, operator: In, values: [g5] }'],
      }),
    },
  ],
  check(subject) {
    if (subject.facts.taints.some(({ effect = '' }) => KEEPING_OFF.includes(effect))) return [];
    if (isMadeByKarpenter(subject)) return [];
    const asked = askedFor(subject);
    if (asked === undefined) return [];
    return [
      {
        message: `${asked} asks for GPUs, accelerators or bare metal, and no taint keeps pods off that do not need them`,
        fix: 'Add a taint with the effect NoSchedule, and a toleration for it to the pods that need the hardware',
        path: subject.facts.requirementsPath,
      },
    ];
  },
};

/** What asks for exotic hardware, in words; `undefined` where nothing does. */
function askedFor(subject: Subject): string | undefined {
  const label = EXOTIC_KEYS.find((key) => {
    const allowed = subject.requirements.get(key);
    return allowed !== undefined && !allowsAbsence(allowed);
  });
  if (label !== undefined) return asWritten(subject, label);
  for (const key of LISTED_KEYS) {
    const allowed = subject.requirements.get(key);
    if (allowed === undefined || allowed.complement) continue;
    const exotic = [...allowed.values].filter((value) =>
      exoticValues(subject.around.catalog, key).has(value),
    );
    if (exotic.length === 0) continue;
    const reachable = new Set(distinctValues(subject.matches, key));
    const found = exotic.filter((value) => reachable.has(value));
    if (found.length > 0) return `${asWritten(subject, key)} In [${shownValues(found)}]`;
  }
  return undefined;
}

/** The label as it stands in the object: on EKS Auto Mode it has another domain. */
function asWritten({ facts }: Subject, key: string): string {
  const written = [...facts.requirements.map((entry) => entry.key), ...Object.keys(facts.templateLabels)];
  return written.find((label) => canonicalLabel(label) === key) ?? key;
}

function shownValues(values: readonly string[]): string {
  return values.length <= 3 ? values.join(', ') : `${values.slice(0, 3).join(', ')}, …`;
}

function withRequirement(line: string, template: readonly string[] = []): string {
  return exampleNodePool({ requirements: [...GENERAL_REQUIREMENTS, line], template });
}
