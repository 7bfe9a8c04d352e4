import type { Rule } from '../core/rule.ts';
import { exampleNodePool } from '../examples/example-yaml.ts';
import { allowsNone, permanentBudgets } from '../values/budgets.ts';

/** A NodePool whose nodes never get what was changed. */
export const budgetsFrozen: Rule = {
  id: 'budgets-frozen',
  title: 'Drifted nodes are never replaced',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  looksAt: ['spec.disruption.budgets'],
  checks:
    'Whether a budget with `nodes: "0"` that is always active applies to `Drifted`: one without reasons, or with that one. ' +
    'The freeze that Zonewarden itself sets while a zone is impaired does not count.',
  why:
    'Nodes drift when their NodePool or its NodeClass changes, or when a new AMI is out. With no disruption allowed they ' +
    'stay as they are: fixes of the AMI and changes of the NodePool reach new nodes only, until each node expires. As a ' +
    'measure for some days that is what such a budget is for; left in place it is forgotten.',
  instead:
    'Use windows: `nodes: "0"` with `schedule` and `duration` for the hours in which nothing may move, beside a budget such ' +
    'as `nodes: 10%` for all others. Or freeze `Underutilized` and `Empty` only.',
  sources: [
    {
      title: 'Karpenter: NodePool disruption budgets',
      url: 'https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets',
    },
    { title: 'Karpenter: Drift', url: 'https://karpenter.sh/docs/concepts/disruption/#drift' },
  ],
  passes: [
    {
      title: 'Nothing in working hours',
      yaml: withBudgets('- nodes: 10%', '- { nodes: "0", schedule: 0 9 * * mon-fri, duration: 8h }'),
    },
    {
      title: 'No consolidation, but drift',
      yaml: withBudgets(
        '- { nodes: "0", reasons: [Underutilized, Empty] }',
        '- { nodes: "1", reasons: [Drifted] }',
      ),
    },
  ],
  fails: [
    { title: 'Nothing, ever', says: 'allows none', yaml: withBudgets('- nodes: "0"') },
    {
      title: 'No drift, ever',
      says: 'allows none',
      yaml: withBudgets('- nodes: 10%', '- { nodes: "0", reasons: [Drifted] }'),
    },
    {
      title: 'Windows without a gap',
      says: 'allows none',
      yaml: withBudgets('- { nodes: 0%, schedule: "@daily", duration: 24h }'),
    },
  ],
  check({ facts }) {
    const budgets = facts.disruption?.budgets ?? [];
    const frozen = permanentBudgets(budgets, 'Drifted').find(allowsNone);
    if (frozen === undefined) return [];
    return [
      {
        message:
          'A budget that is always active allows none of the drifted nodes to be replaced: new AMIs and changes reach new ' +
          'nodes only',
        fix: 'Give it a schedule and a duration, or take Drifted out of its reasons',
        path: `spec.disruption.budgets[${budgets.indexOf(frozen)}]`,
      },
    ];
  },
};

function withBudgets(...budgets: readonly string[]): string {
  return exampleNodePool({
    spec: [
      'disruption:',
      '  consolidateAfter: 5m',
      '  budgets:',
      ...budgets.map((budget) => `    ${budget}`),
    ],
  });
}
