import { firstProblems } from '../core/first-problems.ts';
import type { Rule } from '../core/rule.ts';
import { checkField } from '../crd/check-field.ts';
import { OBJECT_FIELDS } from '../crd/object-fields.ts';
import { exampleNodeClaim, exampleNodePool } from '../examples/example-yaml.ts';

/** What the API server refuses, told before it is asked: Karpenter's CRDs, replayed. */
export const operatorValues: Rule = {
  id: 'operator-values',
  title: 'The API server refuses it',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ['apiVersion', 'kind', 'metadata', 'spec'],
  checks:
    "Whether the API server would refuse the object: the schemas and rules of Karpenter's CRDs, replayed without a cluster. " +
    'Operators and their values, `minValues`, label keys below restricted domains, template labels, taints, budgets, ' +
    'durations, limits, `nodeClassRef`, what is missing, and what has the wrong type, such as a number without quotes ' +
    'among `values`. It follows the CRDs of karpenter-provider-aws v1.14; what v1.15 accepts besides is warned of.\n\n' +
    'A field that the CRD does not have is warned of, with the field that was probably meant: `kubectl apply` refuses it, ' +
    'and through other clients (Helm, Terraform, most controllers) the API server drops it and goes on without it.\n\n' +
    "What only Karpenter's controller checks after the object is stored is not part of this rule, and neither is what " +
    'compares with the stored object: that `nodeClassRef` keeps its group and kind, and that `replicas` is not added or ' +
    'removed. In a cluster the API server itself says all of this, with its own version of the CRDs, so that the rule says nothing there.',
  why:
    'What the API server refuses is found when it is applied: after the review, and by a pipeline that has half of its ' +
    'work done. Told in the pull request, it costs nothing.',
  instead:
    'Write numbers among `values` in quotes (`["4"]`). `In` takes at least one value, and as many as its `minValues`; ' +
    '`Gt`, `Lt`, `Gte` and `Lte` take one whole number of 0 or more; `Exists` and `DoesNotExist` take none.',
  sources: [
    {
      title: "Karpenter's CRD of NodePools",
      url: 'https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/pkg/apis/crds/karpenter.sh_nodepools.yaml',
    },
    {
      title: 'Kubernetes: Field validation',
      url: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
    },
  ],
  passes: [
    {
      title: 'Numbers in quotes, and a value for each operator that takes one',
      yaml: exampleNodePool({
        requirements: [
          '- { key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand] }',
          '- { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r], minValues: 2 }',
          '- { key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["2"] }',
          '- { key: karpenter.k8s.aws/instance-gpu-count, operator: DoesNotExist }',
        ],
        spec: [
          'disruption:',
          '  consolidateAfter: 1m',
          '  budgets:',
          '    - { nodes: "0", schedule: "0 9 * * mon-fri", duration: 8h, reasons: [Drifted] }',
          '    - { nodes: 10% }',
        ],
      }),
    },
    {
      title: 'A NodeClaim may name its NodePool',
      yaml: exampleNodeClaim({
        requirements: ['- { key: karpenter.sh/nodepool, operator: In, values: [web] }'],
      }),
    },
  ],
  fails: [
    {
      title: 'A number without quotes',
      says: 'values[0] is the number 2; it has to be text',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-generation, operator: Gt, values: [2] }'],
      }),
    },
    {
      title: 'An operator that does not exist',
      says: 'operator is "in"; it has to be In, NotIn',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-category, operator: in, values: [c, m] }'],
      }),
    },
    {
      title: 'More values asked for than are listed',
      says: 'minValues 3 and lists 2 values',
      yaml: exampleNodePool({
        requirements: [
          '- { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m], minValues: 3 }',
        ],
      }),
    },
    {
      title: 'A label that Karpenter does not know, below its own domain',
      says: 'instance-familly is unknown',
      yaml: exampleNodePool({
        requirements: ['- { key: karpenter.k8s.aws/instance-familly, operator: In, values: [m7i, c7i] }'],
      }),
    },
    {
      title: 'A NodeClaim whose bound is no number',
      says: 'operator Lt with "4Gi"; it takes one whole number',
      yaml: exampleNodeClaim({
        requirements: ['- { key: karpenter.k8s.aws/instance-memory, operator: Lt, values: ["4Gi"] }'],
      }),
    },
    {
      title: 'A field in the wrong place: warned of',
      says: 'consolidationPolicy is no field of spec',
      yaml: `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: web
spec:
  consolidationPolicy: WhenEmpty
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }
`,
    },
  ],
  check({ kind, object, around }) {
    if (kind === 'EC2NodeClass' || around.checkedByApiServer) return [];
    return firstProblems(checkField(OBJECT_FIELDS[kind], object));
  },
};
