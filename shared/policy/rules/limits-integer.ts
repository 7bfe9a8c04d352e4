import type { Rule } from '../core/rule.ts';
import { exampleNodePool } from '../examples/example-yaml.ts';

/** A limit that comes back as text where a number was sent. */
export const limitsInteger: Rule = {
  id: 'limits-integer',
  title: 'Limit written as a number',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  looksAt: ['spec.limits'],
  checks:
    'Whether a value of `spec.limits` is a YAML number, such as `cpu: 1000`, and not text, such as `cpu: "1000"`.',
  why:
    "Limits are quantities, and every program that reads a NodePool by Karpenter's Go types and writes it back writes " +
    'quantities as text. A tool that compares the cluster with Git then sees a difference where there is none. ' +
    "Karpenter's documentation advises against integers for that reason.",
  instead: 'Put the value in quotes: `cpu: "1000"`.',
  sources: [
    {
      title: 'Karpenter: NodePools, limits',
      url: 'https://karpenter.sh/docs/concepts/nodepools/#speclimits',
    },
  ],
  passes: [
    { title: 'In quotes', yaml: exampleNodePool({ spec: ['limits: { cpu: "1000", memory: 4000Gi }'] }) },
    { title: 'No limits: another rule says something about it', yaml: exampleNodePool() },
  ],
  fails: [
    { title: 'A number', says: 'limits.cpu', yaml: exampleNodePool({ spec: ['limits: { cpu: 1000 }'] }) },
    {
      title: 'Nodes as a number',
      says: 'limits.nodes',
      yaml: exampleNodePool({ spec: ['replicas: 6', 'limits: { nodes: 8 }'] }),
    },
  ],
  check({ facts }) {
    const numbers = Object.entries(facts.limits ?? {}).filter(([, value]) => typeof value === 'number');
    return numbers.map(([name, value]) => ({
      message: `limits.${name} is the number ${value}: Kubernetes tools write it back as text, and GitOps tools see a difference`,
      fix: `Write it in quotes: ${name}: "${value}"`,
      path: `spec.limits.${name}`,
    }));
  },
};
