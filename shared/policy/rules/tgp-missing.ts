import type { Rule } from '../core/rule.ts';
import {
  AUTO_MODE_REF,
  AUTO_MODE_REQUIREMENTS,
  exampleNodeClaim,
  exampleNodePool,
} from '../examples/example-yaml.ts';
import { claimFieldPath, isAutoMode } from '../reading/claim-template.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';

/** Nodes that expire and then drain for as long as a pod wants. */
export const tgpMissing: Rule = {
  id: 'tgp-missing',
  title: 'No end to draining',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'audit', 'spot-production': 'warn', strict: 'warn' },
  looksAt: [
    'metadata.labels[karpenter.sh/nodepool]',
    'spec.template.spec.expireAfter',
    'spec.template.spec.terminationGracePeriod',
    'spec.template.spec.nodeClassRef',
    'spec.expireAfter',
    'spec.terminationGracePeriod',
    'spec.nodeClassRef',
  ],
  checks:
    'Where nodes expire, which they do after 720 hours unless `expireAfter` says otherwise: whether ' +
    '`terminationGracePeriod` is set. On EKS Auto Mode it is 24 hours where nothing is said.',
  why:
    'Without `terminationGracePeriod` Karpenter waits without end for the pods of a node to go. One pod with ' +
    '`karpenter.sh/do-not-disrupt`, or with a disruption budget that never allows an eviction, keeps an expired node there, ' +
    'half empty and paid for, and in a zone that fails it keeps a node that should be gone. With it, drift can replace such ' +
    'nodes as well. Where no pod of the cluster blocks its eviction nothing is lost, so that this is audited and not ' +
    'warned of by default.',
  instead:
    'Set `spec.template.spec.terminationGracePeriod` to the longest time that pods need to end, for example 24h. Changing ' +
    'it makes nodes drift.',
  sources: [
    { title: 'Karpenter: Expiration', url: 'https://karpenter.sh/docs/concepts/disruption/#expiration' },
    {
      title: 'Karpenter: TerminationGracePeriod',
      url: 'https://karpenter.sh/docs/concepts/disruption/#terminationgraceperiod',
    },
    {
      title: 'EKS Auto Mode: termination grace period',
      url: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html',
    },
  ],
  passes: [
    {
      title: 'Both',
      yaml: exampleNodePool({ template: ['expireAfter: 720h', 'terminationGracePeriod: 24h'] }),
    },
    { title: 'Nodes do not expire', yaml: exampleNodePool({ template: ['expireAfter: Never'] }) },
    {
      title: 'EKS Auto Mode fills in 24 hours',
      yaml: exampleNodePool({
        requirements: AUTO_MODE_REQUIREMENTS,
        nodeClassRef: AUTO_MODE_REF,
        template: ['expireAfter: 336h'],
      }),
    },
    {
      title: 'A NodeClaim that Karpenter made: its NodePool was judged',
      yaml: exampleNodeClaim({ labels: ['karpenter.sh/nodepool: web'], template: ['expireAfter: 720h'] }),
    },
  ],
  fails: [
    {
      title: 'Expiry alone',
      says: 'terminationGracePeriod',
      yaml: exampleNodePool({ template: ['expireAfter: 168h'] }),
    },
    { title: 'Nothing said: nodes expire after 720 hours', says: '720h', yaml: exampleNodePool() },
    {
      title: 'A NodeClaim of its own',
      says: 'Set spec.terminationGracePeriod',
      yaml: exampleNodeClaim({ template: ['expireAfter: 168h'] }),
    },
  ],
  check(subject) {
    const { expireAfter = '720h', terminationGracePeriod } = subject.facts;
    if (expireAfter === 'Never' || terminationGracePeriod !== undefined) return [];
    if (isAutoMode(subject) || isMadeByKarpenter(subject)) return [];
    return [
      {
        message:
          `Nodes expire after ${expireAfter} and no terminationGracePeriod is set: a single pod that blocks its eviction ` +
          'keeps an expired node without end',
        fix: `Set ${claimFieldPath(subject, 'terminationGracePeriod')}, for example to 24h`,
        path: claimFieldPath(subject, 'terminationGracePeriod'),
      },
    ];
  },
};
