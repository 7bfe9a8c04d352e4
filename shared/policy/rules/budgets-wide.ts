import type { Problem, Rule } from '../core/rule.ts';
import { exampleNodePool } from '../examples/example-yaml.ts';
import type { Budget, PoolFacts } from '../reading/pool-facts.ts';
import { type DisruptionReason, percentOf, permanentBudgets } from '../values/budgets.ts';

const PATH = 'spec.disruption.budgets';

/** Budgets that let half of the nodes or more go at the same time, or that leave times or reasons without any bound. */
export const budgetsWide: Rule = {
  id: 'budgets-wide',
  title: 'Disruption budgets that bound too little',
  kinds: ['NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  parameters: { percent: 50 },
  looksAt: ['spec.disruption', 'spec.replicas'],
  checks:
    'For drift, and for consolidation of nodes in use where the NodePool has it: whether some budget that is always active ' +
    'bounds how many nodes go at the same time, to a number of nodes or to less than 50 %. A budget with a schedule bounds ' +
    'nothing outside of its windows, and one with reasons nothing for other reasons. Empty nodes may all go.',
  why:
    'Karpenter takes the smallest of the budgets that are active and that apply to the reason. Where none is, it has no ' +
    'bound, and the default of 10 % is gone as soon as any budget is written: a single budget that allows nothing during ' +
    'working hours allows everything at night. A new AMI makes all nodes of a NodePool drift at once; half of them draining ' +
    'at the same time takes pods away faster than their disruption budgets were thought out for. That it is 50 % is our ' +
    'judgement; a policy can set `percent`.',
  instead:
    'Keep one budget without schedule and without reasons, such as `nodes: 10%`, and add those with windows or reasons to ' +
    'it: the smallest one holds.',
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
      title: 'Just below half, and nothing in working hours',
      yaml: withBudgets('- nodes: 49%', '- { nodes: "0", schedule: 0 9 * * mon-fri, duration: 8h }'),
    },
    { title: 'A number of nodes', yaml: withBudgets('- nodes: "3"') },
    {
      title: 'Empty nodes may all go, others one at a time',
      yaml: withBudgets('- { nodes: "1", reasons: [Drifted, Underutilized] }'),
    },
    {
      title: 'Without consolidation only drift needs a bound',
      yaml: exampleNodePool({
        spec: [
          'disruption:',
          '  consolidateAfter: Never',
          '  budgets:',
          '    - { nodes: 10%, reasons: [Drifted] }',
        ],
      }),
    },
    {
      title: 'Consolidation of empty nodes only',
      yaml: exampleNodePool({
        spec: [
          'disruption:',
          '  consolidationPolicy: WhenEmpty',
          '  consolidateAfter: 5m',
          '  budgets:',
          '    - { nodes: 10%, reasons: [Drifted] }',
        ],
      }),
    },
    { title: 'The smallest one holds', yaml: withBudgets('- nodes: 80%', '- nodes: 10%') },
    {
      title: 'A number of nodes beside a wide percentage',
      yaml: withBudgets('- nodes: 80%', '- nodes: "3"'),
    },
    {
      title: 'A static NodePool is not consolidated',
      yaml: exampleNodePool({
        spec: [
          'replicas: 6',
          'limits: { nodes: "8" }',
          'disruption:',
          '  consolidateAfter: 0s',
          '  budgets:',
          '    - { nodes: 20%, reasons: [Drifted] }',
        ],
      }),
    },
    { title: 'Nothing said: Karpenter allows 10 %', yaml: exampleNodePool() },
  ],
  fails: [
    { title: 'Half of the nodes', says: '50%', yaml: withBudgets('- nodes: 50%') },
    {
      title: 'Only a window in which nothing may go',
      says: 'Drifted and Underutilized',
      yaml: withBudgets('- { nodes: "0", schedule: 0 9 * * mon-fri, duration: 8h }'),
    },
    {
      title: 'A budget for one reason only',
      says: 'Underutilized',
      yaml: withBudgets('- { nodes: 10%, reasons: [Drifted] }'),
    },
  ],
  check({ facts }, { percent = 50 }) {
    const budgets = facts.disruption?.budgets ?? [];
    // None at all is the rule budgets-empty, or the default.
    if (budgets.length === 0) return [];
    const bounds = reasonsOf(facts).map((reason) => ({
      reason,
      least: leastBound(permanentBudgets(budgets, reason)),
    }));
    const unbounded = bounds.filter(({ least }) => least === 'none').map(({ reason }) => reason);
    const shares = bounds.map(({ least }) => least).filter((least) => typeof least === 'number');
    const widest = Math.max(...shares);
    return [
      ...(unbounded.length === 0 ? [] : [unboundedProblem(unbounded)]),
      ...(widest >= percent ? [wideProblem(widest, percent)] : []),
    ];
  },
};

/** Why nodes with pods on them may be replaced in this NodePool. */
function reasonsOf({ disruption, replicas }: PoolFacts): DisruptionReason[] {
  const isConsolidated =
    replicas === undefined &&
    disruption?.consolidationPolicy !== 'WhenEmpty' &&
    disruption?.consolidateAfter !== 'Never';
  return isConsolidated ? ['Drifted', 'Underutilized'] : ['Drifted'];
}

/** The smallest percentage of some budgets; `nodes` where one of them is a number of nodes. */
function leastBound(budgets: readonly Budget[]): number | 'nodes' | 'none' {
  if (budgets.length === 0) return 'none';
  const shares = budgets.map(percentOf);
  return shares.includes(undefined) ? 'nodes' : Math.min(...shares.filter((share) => share !== undefined));
}

function unboundedProblem(reasons: readonly DisruptionReason[]): Problem {
  return {
    message:
      `No budget is always active for ${reasons.join(' and ')}, and the default of 10% holds only where no budget is ` +
      'written: outside of their windows and reasons all nodes may be replaced at the same time',
    fix: 'Add a budget without schedule and reasons, such as nodes: 10%',
    path: PATH,
  };
}

function wideProblem(found: number, limit: number): Problem {
  return {
    message: `The budgets let ${found}% of the nodes be replaced at the same time; less than ${limit}% keeps pods running`,
    fix: 'Lower the budget that is always active, for example to nodes: 10%',
    path: PATH,
    found,
    needed: limit - 1,
  };
}

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
