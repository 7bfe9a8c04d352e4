import type { Rule } from '../core/rule.ts';
import { exampleFile, exampleNodeClass, exampleNodePool } from '../examples/example-yaml.ts';

const PINNED = 'amiSelectorTerms: [{ alias: al2023@v20250801 }]';
const LATEST = 'amiSelectorTerms: [{ alias: al2023@latest }]';

/** An AMI that changes when AWS publishes one. */
export const nodeclassAmiLatest: Rule = {
  id: 'nodeclass-ami-latest',
  title: 'AMI that changes by itself',
  kinds: ['EC2NodeClass', 'NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: ['spec.amiSelectorTerms', 'spec.template.spec.nodeClassRef'],
  checks:
    'Whether an alias of `amiSelectorTerms` ends in `@latest`. It is told of the EC2NodeClass; of NodePools that refer to ' +
    'it for reports and the audit log only. Windows has no other alias than that, and is not asked.',
  why:
    'With `@latest` an AMI is in use as soon as AWS publishes it: every node drifts, and within the budgets all of them are ' +
    'replaced by nodes that nobody has tried. A faulty one takes the cluster with it, and at the same time in all zones. ' +
    'Karpenter and the EKS Best Practices Guide both advise to pin a version in production and to move it on after a test.',
  instead:
    'Name a version, such as `alias: al2023@v20250801`, and raise it as any other change, in one cluster after another.',
  sources: [
    { title: 'Karpenter: Managing AMIs', url: 'https://karpenter.sh/docs/tasks/managing-amis/' },
    {
      title: 'EKS Best Practices Guide: Karpenter, lock down AMIs',
      url: 'https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html',
    },
  ],
  passes: [
    { title: 'A version', yaml: exampleNodeClass([PINNED]) },
    {
      title: 'An ID',
      yaml: exampleNodeClass(['amiFamily: AL2023', 'amiSelectorTerms: [{ id: ami-0123456789abcdef0 }]']),
    },
    { title: 'Windows', yaml: exampleNodeClass(['amiSelectorTerms: [{ alias: windows2022@latest }]']) },
    { title: 'A NodePool and a version', yaml: exampleFile(exampleNodeClass([PINNED]), exampleNodePool()) },
  ],
  fails: [
    { title: 'The latest', says: 'al2023@latest', yaml: exampleNodeClass([LATEST]) },
    {
      title: 'A NodePool that refers to it',
      says: 'EC2NodeClass default',
      yaml: exampleFile(exampleNodeClass([LATEST]), exampleNodePool()),
    },
  ],
  check(subject) {
    const { nodeClass } = subject;
    const alias = nodeClass?.amiAliases.find(
      (name) => name.endsWith('@latest') && !name.startsWith('windows'),
    );
    if (nodeClass === undefined || alias === undefined) return [];
    const isReferred = subject.kind === 'NodePool';
    const whose = isReferred
      ? `EC2NodeClass ${nodeClass.name}, to which it refers, has the AMI alias`
      : 'The AMI alias is';
    return [
      {
        message: `${whose} ${alias}: all nodes are replaced as soon as AWS publishes an AMI, tried out or not`,
        fix: `Pin a version that was tried out in amiSelectorTerms, in the form ${pinned(alias)}`,
        path: isReferred ? 'spec.template.spec.nodeClassRef' : 'spec.amiSelectorTerms',
        ...(isReferred ? { atMost: 'audit' as const } : {}),
      },
    ];
  },
};

/** How an alias of the same family names a version; those of Bottlerocket are no dates. */
function pinned(alias: string): string {
  const [family] = alias.split('@');
  return family === 'bottlerocket' ? 'bottlerocket@v1.20.3' : `${family}@v20250801`;
}
