/** An object as somebody could write it, and as it is stored. */
export interface SampleWrite {
  readonly kind: 'NodePool' | 'NodeClaim';
  readonly object: SampleObject;
  /** Absent for a new object. */
  readonly oldObject?: SampleObject;
}

export interface SampleObject {
  readonly metadata: { readonly name: string } & Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

const GROUP_VERSION = 'karpenter.sh/v1';

const requirement = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });

/** Those of a usual NodePool: Spot and on-demand, types by category and generation, zones in a list. */
const REQUIREMENTS = [
  requirement('karpenter.sh/capacity-type', 'In', 'spot', 'on-demand'),
  requirement('kubernetes.io/arch', 'In', 'amd64'),
  requirement('kubernetes.io/os', 'In', 'linux'),
  requirement('karpenter.k8s.aws/instance-category', 'In', 'c', 'm', 'r'),
  requirement('karpenter.k8s.aws/instance-generation', 'Gt', '4'),
  requirement('topology.kubernetes.io/zone', 'In', 'us-east-1a', 'us-east-1b', 'us-east-1c'),
];

const TEMPLATE = {
  nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
  expireAfter: '720h',
};

/**
 * The writes that webhooks meet most: a new NodePool, one that is applied again, one that a label is put on, and a NodeClaim
 * of Karpenter's. Each number gives other names and other content, so that no verdict is remembered from another one.
 */
export function sampleWrites(number: number): readonly SampleWrite[] {
  const pool = nodePool(number);
  const labelled = { ...pool, metadata: { ...pool.metadata, labels: { team: `team-${number}` } } };
  return [
    { kind: 'NodePool', object: pool },
    { kind: 'NodePool', object: pool, oldObject: pool },
    { kind: 'NodePool', object: labelled, oldObject: pool },
    { kind: 'NodeClaim', object: nodeClaim(number) },
  ];
}

function nodePool(number: number): SampleObject {
  return {
    apiVersion: GROUP_VERSION,
    kind: 'NodePool',
    metadata: { name: `rehearsal-${number}`, annotations: { team: 'rehearsal' } },
    spec: {
      template: {
        metadata: { labels: { 'example.com/team': `team-${number}` } },
        spec: { ...TEMPLATE, requirements: REQUIREMENTS },
      },
      disruption: {
        consolidationPolicy: 'WhenEmptyOrUnderutilized',
        consolidateAfter: '5m',
        budgets: [{ nodes: '20%' }],
      },
      limits: { cpu: '1000' },
    },
  };
}

function nodeClaim(number: number): SampleObject {
  return {
    apiVersion: GROUP_VERSION,
    kind: 'NodeClaim',
    metadata: {
      name: `rehearsal-${number}-claim`,
      labels: { 'karpenter.sh/nodepool': `rehearsal-${number}` },
      ownerReferences: [
        { apiVersion: GROUP_VERSION, kind: 'NodePool', name: `rehearsal-${number}`, uid: 'u' },
      ],
    },
    spec: {
      ...TEMPLATE,
      requirements: [
        ...REQUIREMENTS,
        requirement(
          'node.kubernetes.io/instance-type',
          'In',
          'c5.large',
          'm5.large',
          'r5.large',
          'm6i.large',
        ),
      ],
    },
  };
}
