import { AWS_DOMAIN } from '../../requirements/labels.ts';
import { claimFieldPath, isMadeForNodePool } from '../claim-template.ts';
import { AUTO_MODE_REF, exampleFile, exampleNodeClass, exampleNodePool } from '../example-yaml.ts';
import type { NodeClassRef } from '../pool-facts.ts';
import { REQUIREMENT_PATHS, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

const TERMS = ['amiSelectorTerms: [{ alias: al2023@v20250801 }]'];

/** A NodePool whose NodeClass cannot be looked at. */
export const nodeclassMissing: Rule = {
  id: 'nodeclass-missing',
  title: 'NodeClass that does not serve',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'warn' },
  looksAt: ['spec.template.spec.nodeClassRef', ...REQUIREMENT_PATHS],
  checks:
    'Whether the EC2NodeClass of `nodeClassRef` is there, where all of them are known; whether Karpenter has found subnets ' +
    'for it; and whether the group is written without a version. A file from Git has no status, so that nothing is said of ' +
    'its subnets.',
  why:
    'A NodePool without its NodeClass is not ready, and Karpenter passes it over. Which zones a NodePool can launch in is ' +
    "known from the subnets in its NodeClass's status alone: as long as there are none, nobody can say what is left of it " +
    'when a zone is lost, and rules about zones say nothing. With a version in the group, such as `karpenter.k8s.aws/v1`, ' +
    'Karpenter takes the NodePool for that of another provider and never looks at it.',
  instead:
    'Create the EC2NodeClass first, or correct the name. If it has no subnets, its `subnetSelectorTerms` select none: ' +
    'compare their tags with those of the subnets. Write the group without a version.',
  sources: [
    { title: 'Karpenter: NodeClasses', url: 'https://karpenter.sh/docs/concepts/nodeclasses/' },
    {
      title: 'Karpenter v1.14.1, IsManaged',
      url: 'https://github.com/kubernetes-sigs/karpenter/blob/v1.14.1/pkg/utils/nodepool/nodepool.go',
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
      says: 'EC2NodeClass default does not exist',
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
      title: 'A group with a version',
      says: 'without a version',
      yaml: exampleNodePool({
        nodeClassRef: '{ group: karpenter.k8s.aws/v1, kind: EC2NodeClass, name: default }',
      }),
    },
  ],
  check(subject) {
    const ref = subject.facts.nodeClassRef;
    if (ref === undefined || isMadeForNodePool(subject)) return [];
    const found = troubleOf(subject, ref);
    return found === undefined ? [] : [{ ...found, path: claimFieldPath(subject, 'nodeClassRef') }];
  },
};

function troubleOf(subject: Subject, { group, kind, name }: NodeClassRef) {
  if (group.includes('/')) {
    const [bare] = group.split('/');
    return {
      message: `nodeClassRef.group is ${group}; Karpenter knows groups without a version only, and passes this NodePool over`,
      fix: `Set it to ${bare}`,
    };
  }
  const { nodeClass } = subject;
  if (nodeClass === undefined) {
    // Only EC2NodeClasses are read as a whole: of other kinds nobody knows all.
    if (!subject.around.knowsAllNodeClasses || group !== AWS_DOMAIN || kind !== 'EC2NodeClass')
      return undefined;
    return {
      message: `EC2NodeClass ${name} does not exist, so that Karpenter passes this NodePool over`,
      fix: 'Create it, or correct nodeClassRef.name',
    };
  }
  if (!nodeClass.hasStatus || (nodeClass.zones ?? []).length > 0) return undefined;
  return {
    message: `${kind} ${name} has found no subnets: nothing can be launched, and in which zones it could is not known`,
    fix: 'Compare its subnetSelectorTerms with the tags of the subnets',
  };
}
