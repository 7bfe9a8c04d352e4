import { typeNames } from '../../catalog/matches.ts';
import { atMost, countedBy } from '../../catalog/own-catalog.ts';
import { cheapestChange } from '../cheapest-change.ts';
import { REQUIREMENT_PATHS, type Rule } from '../rule.ts';

/** Fewer types than Spot needs: EC2 takes capacity back by type and zone. */
export const spotTypesMin: Rule = {
  id: 'spot-types-min',
  title: 'Too few instance types for Spot',
  kinds: ['NodePool'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  parameters: { deny: 5, warn: 15 },
  looksAt: REQUIREMENT_PATHS,
  checks:
    'Where Spot may be launched, how many instance types match the requirements and can be had as Spot in the zones ' +
    'that are open to the NodePool. Fewer than 5 are denied, fewer than 15 are warned of.',
  why:
    'EC2 takes Spot capacity back by instance type and zone. With few types there is nothing to move to, all nodes of ' +
    'the NodePool go at the same time, and pods wait. Karpenter replaces one Spot node by a cheaper one only where it ' +
    'has at least 15 types to choose from, and AWS asks for 10 or more.',
  instead:
    'Ask for what the pods need (category, generation, size, cpu, memory) and not for single types. Leave `instance-type` ' +
    'and `instance-family` out, or list several families.',
  sources: [
    {
      title: 'Karpenter: Disruption, Spot consolidation',
      url: 'https://karpenter.sh/docs/concepts/disruption/#spot-consolidation',
    },
    {
      title: 'Amazon EC2: Best practices for Spot Instances',
      url: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html',
    },
  ],
  passes: [
    {
      title: 'Categories and generations instead of types',
      yaml: `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: web
spec:
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand] }
        - { key: kubernetes.io/arch, operator: In, values: [amd64] }
        - { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r] }
        - { key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["2"] }
`,
    },
    {
      title: 'One type, and no Spot: another rule says something about it',
      yaml: `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: ledger
spec:
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }
        - { key: node.kubernetes.io/instance-type, operator: In, values: [m5.large] }
`,
    },
  ],
  fails: [
    {
      title: 'Two types',
      says: 'at most 2 instance types',
      yaml: `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: web
spec:
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [spot] }
        - { key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, m5.xlarge] }
`,
    },
  ],
  check(subject, { deny = 5, warn = 15 }) {
    if (!subject.allowsCapacityType('spot')) return [];
    const spot = subject.launchable('spot');
    const found = spot.types.length;
    if (found >= warn) return [];
    const needed = found < deny ? deny : warn;
    const names = found > 0 && found <= 5 ? ` (${typeNames(spot).join(', ')})` : '';
    const fix = cheapestChange(subject, needed, (other) => other.launchable('spot').types.length);
    return [
      {
        message:
          `Spot may be launched, and ${atMost(spot.catalog, found)} instance ${found === 1 ? 'type matches' : 'types match'}` +
          `${names}; ${found < deny ? `at least ${deny} are needed and ${warn} are better` : `${warn} are better`} ` +
          `(${countedBy(spot.catalog)})`,
        ...(fix === undefined ? {} : { fix }),
        path: subject.facts.requirementsPath,
        found,
        needed,
        ...(found < deny ? {} : { atMost: 'warn' as const }),
      },
    ];
  },
};
