import type { Rule } from '../core/rule.ts';
import type { Subject } from '../core/subject.ts';
import {
  AUTO_MODE_REF,
  exampleFile,
  exampleNodeClaim,
  exampleNodeClass,
  exampleNodePool,
} from '../examples/example-yaml.ts';
import { claimFieldPath } from '../reading/claim-template.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';
import type { NodeClassRef } from '../reading/pool-facts.ts';

const TERMS = ['amiSelectorTerms: [{ alias: al2023@v20250801 }]'];

/** A NodePool whose NodeClass cannot be looked at. */
export const nodeclassMissing: Rule = {
  id: 'nodeclass-missing',
  title: 'NodeClass that does not serve',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'warn' },
  looksAt: ['metadata.labels[karpenter.sh/nodepool]', 'spec.template.spec.nodeClassRef', 'spec.nodeClassRef'],
  checks:
    'Whether the EC2NodeClass of `nodeClassRef` is there, where all of them are known, as in a cluster; and whether Karpenter ' +
    'has found subnets for it. A file from Git has no status, so that nothing is said of its subnets.',
  why:
    'A NodePool without its NodeClass is not ready, and Karpenter passes it over. Which zones a NodePool can launch in is ' +
    "known from the subnets in its NodeClass's status alone: as long as there are none, nobody can say what is left of it " +
    'when a zone is lost, and rules about zones say nothing.',
  instead:
    'Create the EC2NodeClass first, or correct the name. If it has no subnets, its `subnetSelectorTerms` select none: ' +
    'compare their tags with those of the subnets.',
  sources: [
    { title: 'Karpenter: NodeClasses', url: 'https://karpenter.sh/docs/concepts/nodeclasses/' },
    {
      title: 'Karpenter: NodePools, conditions in the status',
      url: 'https://karpenter.sh/docs/concepts/nodepools/#statusconditions',
    },
  ],
  passes: [
    { title: 'It is there', yaml: exampleFile(exampleNodeClass(TERMS), exampleNodePool()) },
    { title: 'Nobody knows which there are', yaml: exampleNodePool() },
    {
      title: 'A NodeClass of EKS Auto Mode, which is not looked for among EC2NodeClasses',
      yaml: exampleFile(exampleNodeClass(TERMS), exampleNodePool({ nodeClassRef: AUTO_MODE_REF })),
    },
    {
      title: 'A NodeClaim that Karpenter made: its NodePool was judged',
      yaml: exampleFile(
        exampleNodeClass(TERMS, { name: 'general' }),
        exampleNodeClaim({ labels: ['karpenter.sh/nodepool: web'] }),
      ),
    },
    {
      title: 'It has subnets',
      yaml: exampleFile(
        exampleNodeClass(TERMS, {
          status: ['subnets: [{ id: subnet-1, zone: us-east-1a, zoneID: use1-az1 }]'],
        }),
        exampleNodePool(),
      ),
    },
  ],
  fails: [
    {
      title: 'Another one is there',
      says: 'no EC2NodeClass default',
      yaml: exampleFile(exampleNodeClass(TERMS, { name: 'general' }), exampleNodePool()),
    },
    {
      title: 'No subnets were found for it',
      says: 'no subnets',
      yaml: exampleFile(
        exampleNodeClass(TERMS, {
          status: ['conditions: [{ type: SubnetsReady, status: "False", reason: SubnetsNotFound }]'],
        }),
        exampleNodePool(),
      ),
    },
    {
      title: 'A NodeClaim of its own',
      says: 'no EC2NodeClass default',
      yaml: exampleFile(exampleNodeClass(TERMS, { name: 'general' }), exampleNodeClaim({})),
    },
  ],
  check(subject) {
    const ref = subject.facts.nodeClassRef;
    if (ref === undefined || isMadeByKarpenter(subject)) return [];
    const found = troubleOf(subject, ref);
    return found === undefined ? [] : [{ ...found, path: claimFieldPath(subject, 'nodeClassRef') }];
  },
};

function troubleOf({ nodeClass, around }: Subject, { kind, name }: NodeClassRef) {
  // Of other kinds nobody knows all, nor what their status says.
  if (kind !== 'EC2NodeClass') return undefined;
  if (nodeClass === undefined) {
    if (!around.knowsAllNodeClasses) return undefined;
    return {
      message: `There is no EC2NodeClass ${name} yet: until there is, Karpenter passes this NodePool over`,
      fix: 'Create it, or correct nodeClassRef.name',
    };
  }
  if (!nodeClass.hasStatus || (nodeClass.zones ?? []).length > 0) return undefined;
  return {
    message: `EC2NodeClass ${name} has found no subnets: nothing can be launched, and in which zones it could is not known`,
    fix: 'Compare its subnetSelectorTerms with the tags of the subnets',
  };
}
