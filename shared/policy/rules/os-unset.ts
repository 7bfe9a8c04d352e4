import { OS_KEY } from '../../requirements/labels.ts';
import { ALL_REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import {
  AUTO_MODE_REF,
  AUTO_MODE_REQUIREMENTS,
  exampleNodeClaim,
  exampleNodePool,
  GENERAL_REQUIREMENTS,
} from '../examples/example-yaml.ts';
import { claimFieldPath, isAutoMode } from '../reading/claim-template.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

const WITHOUT_OS = GENERAL_REQUIREMENTS.filter((line) => !line.includes(OS_KEY));

/** A NodePool that leaves its operating system to the NodeClass. */
export const osUnset: Rule = {
  id: 'os-unset',
  title: 'Operating system left open',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'warn' },
  looksAt: ALL_REQUIREMENT_PATHS,
  checks:
    'Whether anything is said of `kubernetes.io/os`, as a requirement or as a label of the template. EKS Auto Mode runs ' +
    'Linux only, and is not asked.',
  why:
    'The operating system follows from the AMI of the NodeClass. A NodePool that does not name it changes with the ' +
    "NodeClass: nobody who reads it sees which pods it is for. Karpenter's documentation has the requirement in what it " +
    'recommends for most NodePools.',
  instead:
    'Add `{ key: kubernetes.io/os, operator: In, values: [linux] }` to the requirements, or `windows`.',
  sources: [
    {
      title: 'Karpenter: NodePools, recommended requirements',
      url: 'https://karpenter.sh/docs/concepts/nodepools/#min-values',
    },
    {
      title: 'EKS Auto Mode: labels that are not supported',
      url: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html',
    },
  ],
  passes: [
    { title: 'Linux', yaml: exampleNodePool() },
    {
      title: 'As a label of the template',
      yaml: exampleNodePool({ requirements: WITHOUT_OS, templateLabels: ['kubernetes.io/os: linux'] }),
    },
    {
      title: 'A NodeClaim that Karpenter made: its NodePool was judged',
      yaml: exampleNodeClaim({ labels: ['karpenter.sh/nodepool: web'], requirements: WITHOUT_OS }),
    },
    {
      title: 'EKS Auto Mode',
      yaml: exampleNodePool({ requirements: AUTO_MODE_REQUIREMENTS, nodeClassRef: AUTO_MODE_REF }),
    },
  ],
  fails: [
    {
      title: 'Not said',
      says: 'kubernetes.io/os',
      yaml: exampleNodePool({ requirements: WITHOUT_OS }),
    },
    {
      title: 'Not said in a NodeClaim of its own',
      says: 'to spec.requirements',
      yaml: exampleNodeClaim({ requirements: WITHOUT_OS }),
    },
  ],
  check(subject) {
    if (subject.requirements.has(OS_KEY) || isAutoMode(subject) || isMadeByKarpenter(subject)) return [];
    return [
      {
        message:
          'No requirement names kubernetes.io/os: which operating system nodes run is left to the NodeClass',
        fix: `Add { key: ${OS_KEY}, operator: In, values: [linux] } to ${claimFieldPath(subject, 'requirements')}`,
        path: subject.facts.requirementsPath,
      },
    ];
  },
};
