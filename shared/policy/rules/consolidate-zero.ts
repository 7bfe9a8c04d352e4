import { secondsOf } from '../../views/karpenter-duration.ts';
import type { Rule } from '../core/rule.ts';
import { exampleNodePool } from '../examples/example-yaml.ts';

/** The CRD's default, in a file as in the cluster. */
const DEFAULT = '0s';

/** Consolidation that does not wait for pods to settle. */
export const consolidateZero: Rule = {
  id: 'consolidate-zero',
  title: 'Consolidation without a pause',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  parameters: { seconds: 60 },
  looksAt: ['spec.disruption', 'spec.replicas'],
  checks:
    'Where nodes in use are consolidated (`WhenEmptyOrUnderutilized`, which is the default): whether `consolidateAfter` is ' +
    'at least one minute. Where it is not said it is 0 seconds.',
  why:
    '`consolidateAfter` is how long a node must have been left alone, with no pod coming or going, before Karpenter thinks ' +
    'of removing it. With none, a rollout or a job that ends is enough: nodes are removed while pods still move, and new ' +
    "ones are launched a minute later. Karpenter's own getting-started NodePool has one minute, which is where this rule " +
    'draws the line; against churn the samples of AWS advise 15 to 60 minutes.',
  instead: 'Set `spec.disruption.consolidateAfter` to a minute or more, or to `Never` for no consolidation.',
  sources: [
    {
      title: 'Karpenter: Consolidation',
      url: 'https://karpenter.sh/docs/concepts/disruption/#consolidation',
    },
    {
      title: 'Karpenter: Getting started, create a NodePool',
      url: 'https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/#5-create-nodepool',
    },
    {
      title: 'AWS samples: Karpenter best practices',
      url: 'https://aws-samples.github.io/sample-apex-skills/docs/skills/eks-best-practices/references/karpenter',
    },
  ],
  passes: [
    { title: 'One minute', yaml: withDisruption('consolidateAfter: 1m') },
    {
      title: 'Only empty nodes',
      yaml: withDisruption('consolidationPolicy: WhenEmpty', 'consolidateAfter: 30s'),
    },
    {
      title: 'Savings are weighed against disruption',
      yaml: withDisruption('consolidationPolicy: Balanced', 'consolidateAfter: 30s'),
    },
    { title: 'No consolidation', yaml: withDisruption('consolidateAfter: Never') },
    {
      title: 'A static NodePool is not consolidated',
      yaml: exampleNodePool({ spec: ['replicas: 6', 'limits: { nodes: "8" }'] }),
    },
  ],
  fails: [
    { title: 'Just below a minute', says: '59s', yaml: withDisruption('consolidateAfter: 59s') },
    { title: 'Nothing said: 0 seconds', says: '0s', yaml: exampleNodePool() },
  ],
  check({ facts }, { seconds = 60 }) {
    const { consolidationPolicy = 'WhenEmptyOrUnderutilized', consolidateAfter = DEFAULT } =
      facts.disruption ?? {};
    if (facts.replicas !== undefined || consolidationPolicy !== 'WhenEmptyOrUnderutilized') return [];
    const found = secondsOf(consolidateAfter);
    if (found === undefined || found >= seconds) return [];
    const unsaid = facts.disruption?.consolidateAfter === undefined ? ' (the default)' : '';
    return [
      {
        message:
          `consolidateAfter is ${consolidateAfter}${unsaid}: nodes in use are removed ${found === 0 ? 'as soon as' : 'that soon after'} ` +
          `their pods fit elsewhere, also in the middle of a rollout; ${seconds} seconds or more let pods settle`,
        fix: `Set spec.disruption.consolidateAfter to ${seconds}s or more`,
        path: 'spec.disruption.consolidateAfter',
        found,
        needed: seconds,
      },
    ];
  },
};

function withDisruption(...lines: readonly string[]): string {
  return exampleNodePool({ spec: ['disruption:', ...lines.map((line) => `  ${line}`)] });
}
