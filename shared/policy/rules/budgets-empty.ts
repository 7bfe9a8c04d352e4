import type { Rule } from '../core/rule.ts';
import { exampleNodePool } from '../examples/example-yaml.ts';

/** `budgets: []`: not the default, but no limit at all. */
export const budgetsEmpty: Rule = {
  id: 'budgets-empty',
  title: 'An empty list of disruption budgets',
  kinds: ['NodePool'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ['spec.disruption.budgets'],
  checks: 'Whether `spec.disruption.budgets` is an empty list.',
  why:
    'Only a NodePool that says nothing of budgets gets the default of one budget with `nodes: 10%`. An empty list is taken ' +
    'as it is: Karpenter looks for the smallest of the budgets, finds none, and may replace every node of the NodePool at ' +
    'the same time, for drift as for consolidation. Who wants no disruption at all and writes an empty list gets the opposite.',
  instead:
    'Leave `budgets` out, for 10 %. Or write at least one budget without a schedule, such as `nodes: 10%`; `nodes: "0"` ' +
    'stops all voluntary disruption.',
  sources: [
    {
      title: 'Karpenter: NodePool disruption budgets',
      url: 'https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets',
    },
    {
      title: 'Karpenter v1.14.1, GetAllowedDisruptionsByReason',
      url: 'https://github.com/kubernetes-sigs/karpenter/blob/v1.14.1/pkg/apis/v1/nodepool.go',
    },
  ],
  passes: [
    {
      title: 'Nothing said of budgets: Karpenter allows 10 %',
      yaml: exampleNodePool({
        spec: [
          'disruption: { consolidationPolicy: WhenEmptyOrUnderutilized, consolidateAfter: 5m }',
          'limits: { cpu: "100" }',
        ],
      }),
    },
    {
      title: 'One budget',
      yaml: exampleNodePool({
        spec: ['disruption:', '  consolidateAfter: 5m', '  budgets:', '    - nodes: 10%'],
      }),
    },
  ],
  fails: [
    {
      title: 'An empty list',
      says: 'every node',
      yaml: exampleNodePool({ spec: ['disruption:', '  consolidateAfter: 5m', '  budgets: []'] }),
    },
  ],
  check({ facts }) {
    if (facts.disruption?.budgets?.length !== 0) return [];
    return [
      {
        message:
          'spec.disruption.budgets is an empty list, which allows Karpenter to replace every node of the NodePool at the ' +
          'same time',
        fix: 'Leave budgets out for the default of 10%, or add a budget such as nodes: 10%',
        path: 'spec.disruption.budgets',
        found: 0,
        needed: 1,
      },
    ];
  },
};
