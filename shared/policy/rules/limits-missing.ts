import type { Rule } from '../core/rule.ts';
import { exampleNodePool } from '../examples/example-yaml.ts';

/** What bounds a NodePool that grows with its pods; any one of them does. */
const BOUNDS = ['cpu', 'memory', 'nodes'];

/** A NodePool that nothing bounds but the account. */
export const limitsMissing: Rule = {
  id: 'limits-missing',
  title: 'No limit on what is launched',
  kinds: ['NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ['spec.limits', 'spec.replicas'],
  checks:
    'Whether `spec.limits` bounds the NodePool: cpu, memory or nodes for one that follows its pods, nodes for a static one ' +
    '(with `replicas`), for which Karpenter takes no other limit.',
  why:
    'Without limits Karpenter launches nodes for as long as pods wait, and stops at the quotas of the AWS account. A ' +
    'deployment with a replica count of one digit too many, or a job that forks without end, is then paid for in full; ' +
    'and what it takes of the quotas, other NodePools and clusters of the account lack. A static NodePool may go above its ' +
    'replicas while it replaces nodes that drifted: `limits.nodes` is what bounds that.',
  instead:
    'Set `spec.limits.cpu`, and `spec.limits.memory` with it, to the most that the NodePool may ever need, with room for ' +
    'the loss of a zone. For a static NodePool set `spec.limits.nodes` somewhat above `replicas`.',
  sources: [
    {
      title: 'Karpenter: NodePools, limits',
      url: 'https://karpenter.sh/docs/concepts/nodepools/#speclimits',
    },
    {
      title: 'EKS Best Practices Guide: Karpenter, billing alarms and limits',
      url: 'https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html',
    },
  ],
  passes: [
    { title: 'cpu and memory', yaml: exampleNodePool({ spec: ['limits: { cpu: "1000", memory: 4000Gi }'] }) },
    { title: 'memory alone', yaml: exampleNodePool({ spec: ['limits: { memory: 4000Gi }'] }) },
    { title: 'Nodes alone', yaml: exampleNodePool({ spec: ['limits: { nodes: "40" }'] }) },
    { title: 'Static', yaml: exampleNodePool({ spec: ['replicas: 6', 'limits: { nodes: "8" }'] }) },
  ],
  fails: [
    { title: 'No limits', says: 'neither cpu nor memory', yaml: exampleNodePool() },
    {
      title: 'A limit on something else',
      says: 'neither cpu nor memory',
      yaml: exampleNodePool({ spec: ['limits: { ephemeral-storage: 2000Gi }'] }),
    },
    {
      title: 'Static, without limits',
      says: 'limits.nodes',
      yaml: exampleNodePool({ spec: ['replicas: 6'] }),
    },
  ],
  check({ facts }) {
    const named = Object.keys(facts.limits ?? {});
    if (facts.replicas !== undefined) {
      if (named.includes('nodes')) return [];
      return [
        {
          message: `The NodePool is static with ${facts.replicas} replicas and sets no limits.nodes: nothing bounds how many nodes are added while others are replaced`,
          fix: 'Set spec.limits.nodes somewhat above spec.replicas',
          path: 'spec.limits',
        },
      ];
    }
    if (BOUNDS.some((name) => named.includes(name))) return [];
    return [
      {
        message:
          "spec.limits bounds neither cpu nor memory: only the account's quotas bound what this NodePool launches and costs",
        fix: 'Set spec.limits.cpu and spec.limits.memory to the most that it may ever need',
        path: 'spec.limits',
      },
    ];
  },
};
