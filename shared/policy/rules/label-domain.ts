import { AUTO_MODE_DOMAIN, AWS_DOMAIN } from '../../requirements/labels.ts';
import { ALL_REQUIREMENT_PATHS, type Problem, type Rule } from '../core/rule.ts';
import {
  AUTO_MODE_REF,
  AUTO_MODE_REQUIREMENTS,
  exampleNodeClaim,
  exampleNodePool,
  GENERAL_REQUIREMENTS,
} from '../examples/example-yaml.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';
import { type MistakenLabel, mistakenLabel } from '../values/mistaken-label.ts';

const LABELS_PATH = 'spec.template.metadata.labels';

/** A requirement that narrows nothing, because its label is one that Karpenter does not know. */
export const labelDomain: Rule = {
  id: 'label-domain',
  title: 'Label that Karpenter does not know',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether a label in a domain of Kubernetes, Karpenter or AWS is a known one under another domain, or with a slip in ' +
    'it: `node.kubernetes.io/instance-family`, `karpenter.k8s.aws/instance-familly`. And whether the labels are those of ' +
    'the NodeClass: `karpenter.k8s.aws/…` for an EC2NodeClass, `eks.amazonaws.com/…` for EKS Auto Mode. Labels in domains ' +
    'of your own are never asked. A label of the template is warned of at most.',
  why:
    'Karpenter takes every label that it does not know for a custom one: it puts it on the nodes, and chooses among all ' +
    'instance types as if nothing was said. Nobody complains. A NodePool that was meant for one family launches any, and ' +
    'its nodes carry a label that says otherwise.',
  instead:
    "Write the label as Karpenter's table of well-known labels has it, or for EKS Auto Mode as in its user guide. A custom " +
    'label belongs into a domain of your own, such as `example.com/team`.',
  sources: [
    {
      title: 'Karpenter: Scheduling, well-known labels',
      url: 'https://karpenter.sh/docs/concepts/scheduling/#well-known-labels',
    },
    {
      title: 'EKS Auto Mode: supported labels',
      url: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html#auto-supported-labels',
    },
  ],
  passes: [
    { title: 'Labels that Karpenter knows', yaml: exampleNodePool() },
    {
      title: 'Aliases that it folds',
      yaml: withRequirement(
        '- { key: failure-domain.beta.kubernetes.io/zone, operator: In, values: [us-east-1a] }',
      ),
    },
    {
      title: 'Custom labels in domains of your own, and what others put on nodes',
      yaml: exampleNodePool({
        requirements: [...GENERAL_REQUIREMENTS, '- { key: example.com/instance-family, operator: Exists }'],
        templateLabels: ['example.com/team: shop', 'node.kubernetes.io/role: web', 'instance-type: basic'],
      }),
    },
    {
      title: 'A NodeClaim that Karpenter made: its NodePool was judged',
      yaml: exampleNodeClaim({
        labels: ['karpenter.sh/nodepool: web'],
        requirements: ['- { key: node.kubernetes.io/instance-family, operator: In, values: [m7i] }'],
      }),
    },
    {
      title: 'Another provider, whose labels are not known here',
      yaml: exampleNodePool({
        nodeClassRef: '{ group: karpenter.kwok.sh, kind: KWOKNodeClass, name: default }',
        requirements: ['- { key: karpenter.k8s.aws/instance-familly, operator: Exists }'],
      }),
    },
    {
      title: 'EKS Auto Mode',
      yaml: exampleNodePool({ requirements: AUTO_MODE_REQUIREMENTS, nodeClassRef: AUTO_MODE_REF }),
    },
  ],
  fails: [
    {
      title: 'Another domain',
      says: 'instance-family is no label that Karpenter knows',
      yaml: withRequirement(
        '- { key: node.kubernetes.io/instance-family, operator: In, values: [m7i, m7a] }',
      ),
    },
    {
      title: 'A slip',
      says: 'karpenter.k8s.aws/instance-family does',
      yaml: withRequirement(
        '- { key: karpenter.k8s.aws/instance-familly, operator: In, values: [m7i, m7a] }',
      ),
    },
    {
      title: 'The label of managed node groups',
      says: 'karpenter.sh/capacity-type does',
      yaml: withRequirement('- { key: eks.amazonaws.com/capacityType, operator: In, values: [SPOT] }'),
    },
    {
      title: "Karpenter's labels on EKS Auto Mode",
      says: 'is no label of EKS Auto Mode',
      yaml: exampleNodePool({ nodeClassRef: AUTO_MODE_REF }),
    },
    {
      title: 'Labels of EKS Auto Mode on an EC2NodeClass',
      says: 'is no label of an EC2NodeClass',
      yaml: exampleNodePool({ requirements: AUTO_MODE_REQUIREMENTS }),
    },
    {
      title: 'A label of the template',
      says: 'karpenter.k8s.aws/instance-size does',
      yaml: exampleNodePool({ templateLabels: ['node.kubernetes.io/instance-size: large'] }),
    },
    {
      title: 'A NodeClaim of its own',
      says: 'karpenter.k8s.aws/instance-family does',
      yaml: exampleNodeClaim({
        requirements: ['- { key: node.kubernetes.io/instance-family, operator: In, values: [m7i] }'],
      }),
    },
  ],
  check(subject) {
    const { facts } = subject;
    const [group = ''] = (facts.nodeClassRef?.group ?? AWS_DOMAIN).split('/');
    if (![AWS_DOMAIN, AUTO_MODE_DOMAIN].includes(group) || isMadeByKarpenter(subject)) return [];
    const inRequirements = facts.requirements.map(({ key }, place) => ({
      key,
      path: `${facts.requirementsPath}[${place}].key`,
    }));
    const inTemplate = Object.keys(facts.templateLabels).map((key) => ({
      key,
      path: LABELS_PATH,
      atMost: 'warn' as const,
    }));
    return [...inRequirements, ...inTemplate].flatMap(({ key, ...rest }): Problem[] => {
      const mistake = mistakenLabel(key, group);
      return mistake === undefined ? [] : [{ ...wordsOf(key, mistake, group), ...rest }];
    });
  },
};

function wordsOf(
  key: string,
  { kind, meant }: MistakenLabel,
  group: string,
): Pick<Problem, 'message' | 'fix'> {
  const where = group === AUTO_MODE_DOMAIN ? 'EKS Auto Mode' : 'an EC2NodeClass';
  const wrong = kind === 'domain' ? `is no label of ${where}` : 'is no label that Karpenter knows';
  return {
    message: `${key} ${wrong}: it is taken for a custom one and narrows no instance types; ${meant} does`,
    fix: `Write ${meant}`,
  };
}

function withRequirement(line: string): string {
  return exampleNodePool({ requirements: [...GENERAL_REQUIREMENTS, line] });
}
