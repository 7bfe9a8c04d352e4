import { secondsOf } from '../../views/karpenter-duration.ts';
import type { Rule } from '../core/rule.ts';
import {
  AUTO_MODE_REF,
  AUTO_MODE_REQUIREMENTS,
  exampleNodeClaim,
  exampleNodePool,
} from '../examples/example-yaml.ts';
import { claimFieldPath, isAutoMode } from '../reading/claim-template.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

/**
 * What the CRD fills in (karpenter.sh_nodepools.yaml). On Auto Mode nobody can tell it from what was said, and Auto Mode's
 * own default is less.
 */
const DEFAULT_HOURS = 720;

/** Nodes that live too long. */
export const expireNever: Rule = {
  id: 'expire-never',
  title: 'Nodes that never expire, or late',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  parameters: { hours: 720, autoModeHours: 504 },
  looksAt: [
    'metadata.labels[karpenter.sh/nodepool]',
    'spec.template.spec.expireAfter',
    'spec.template.spec.nodeClassRef',
    'spec.expireAfter',
    'spec.nodeClassRef',
  ],
  checks:
    'Whether `expireAfter` is `Never` or more than 720 hours (30 days). On EKS Auto Mode the bound is 504 hours (21 days). ' +
    'Where nothing is said Karpenter fills in 720 hours, which is fine.',
  why:
    'A node that is never replaced keeps the kernel, the kubelet and the AMI of the day on which it was launched, and ' +
    'whatever its processes leaked since. Drift replaces nodes only where budgets and pods allow it; expiry is what ' +
    'bounds their age in any case. EKS Auto Mode replaces every node after 21 days, whatever the NodePool says.',
  instead: 'Set `spec.template.spec.expireAfter` to 720h or less, or leave it out.',
  sources: [
    { title: 'Karpenter: Expiration', url: 'https://karpenter.sh/docs/concepts/disruption/#expiration' },
    {
      title: 'EKS Best Practices Guide: Karpenter, timers to delete nodes',
      url: 'https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html',
    },
    {
      title: 'EKS Auto Mode: maximum lifetime of nodes',
      url: 'https://docs.aws.amazon.com/eks/latest/userguide/automode.html',
    },
  ],
  passes: [
    {
      title: '30 days',
      yaml: exampleNodePool({ template: ['expireAfter: 720h', 'terminationGracePeriod: 24h'] }),
    },
    { title: 'Nothing said', yaml: exampleNodePool() },
    { title: 'EKS Auto Mode, 21 days', yaml: autoMode('expireAfter: 504h') },
    { title: 'EKS Auto Mode, with what the CRD filled in', yaml: autoMode('expireAfter: 720h0m0s') },
    {
      title: 'A NodeClaim that Karpenter made: its NodePool was judged',
      yaml: exampleNodeClaim({ labels: ['karpenter.sh/nodepool: web'], template: ['expireAfter: Never'] }),
    },
  ],
  fails: [
    { title: 'Never', says: 'Never', yaml: exampleNodePool({ template: ['expireAfter: Never'] }) },
    {
      title: 'An hour more than 30 days',
      says: '721h',
      yaml: exampleNodePool({ template: ['expireAfter: 721h'] }),
    },
    {
      title: 'EKS Auto Mode, an hour more than 21 days',
      says: '21 days',
      yaml: autoMode('expireAfter: 505h'),
    },
    {
      title: 'A NodeClaim of its own',
      says: 'Never',
      yaml: exampleNodeClaim({ template: ['expireAfter: Never'] }),
    },
  ],
  check(subject, { hours = 720, autoModeHours = 504 }) {
    const { expireAfter } = subject.facts;
    if (expireAfter === undefined || isMadeByKarpenter(subject)) return [];
    const seconds = secondsOf(expireAfter);
    const auto = isAutoMode(subject);
    const most = auto ? autoModeHours : hours;
    if (seconds === undefined || seconds <= most * 3600) return [];
    if (auto && seconds === DEFAULT_HOURS * 3600) return [];
    return [
      {
        message:
          `expireAfter is ${expireAfter}: ` +
          (auto
            ? `EKS Auto Mode replaces nodes after 21 days all the same; at most ${most}h says what happens`
            : `nodes keep an old AMI and kernel for as long; at most ${most}h are asked for`),
        fix: `Set ${claimFieldPath(subject, 'expireAfter')} to ${most}h or less`,
        path: claimFieldPath(subject, 'expireAfter'),
        ...(Number.isFinite(seconds) ? { found: seconds / 3600 } : {}),
        needed: most,
      },
    ];
  },
};

function autoMode(line: string): string {
  return exampleNodePool({
    requirements: AUTO_MODE_REQUIREMENTS,
    nodeClassRef: AUTO_MODE_REF,
    template: [line],
  });
}
