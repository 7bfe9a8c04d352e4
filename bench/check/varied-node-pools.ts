import { stringify } from 'yaml';

/** A choice that is the same in every run (Lehmer's generator), so that two runs judge the same objects. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(count: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state % count;
  }

  one<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  some(values: readonly string[]): string[] {
    const chosen = values.filter(() => this.below(2) === 0);
    return chosen.length > 0 ? chosen : [...values];
  }
}

const ZONES = ['us-west-2a', 'us-west-2b', 'us-west-2c'];
const FAMILIES = [
  'm5',
  'm6i',
  'm6a',
  'm7g',
  'm7i',
  'c5',
  'c6i',
  'c7g',
  'c7i',
  'r5',
  'r6i',
  'r7g',
  'i4i',
  'g5',
  't3',
];
const TYPES = FAMILIES.flatMap((family) =>
  ['large', 'xlarge', '2xlarge', '4xlarge'].map((size) => `${family}.${size}`),
);

/** Manifests of that many NodePools as teams write them, good and bad, and the EC2NodeClasses that they refer to. */
export function variedNodePools(count: number): string {
  const chance = new Chance(20_261_121);
  const pools = Array.from({ length: count }, (_, place) => stringify(nodePool(place, chance)));
  const classes = CLASSES.map((name) => stringify(nodeClass(name)));
  return [...classes, ...pools].join('---\n');
}

const CLASSES = ['default', 'batch', 'gpu'] as const;

function nodeClass(name: string): object {
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name },
    spec: {
      role: 'KarpenterNodeRole-production',
      amiSelectorTerms: [{ alias: 'al2023@v20260901' }],
      subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'production' } }],
      securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'production' } }],
    },
  };
}

function nodePool(place: number, chance: Chance): object {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: {
      name: `pool-${place}`,
      labels: { team: `team-${chance.below(40)}` },
      annotations: { 'example.com/owner': `team-${chance.below(40)}@example.com` },
    },
    spec: {
      template: {
        metadata: { labels: { 'example.com/tier': chance.one(['web', 'batch', 'data']) } },
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: chance.one(CLASSES) },
          expireAfter: chance.one(['720h', 'Never', '336h']),
          requirements: requirements(chance),
          ...(chance.below(3) === 0
            ? { taints: [{ key: 'dedicated', value: `t${place}`, effect: 'NoSchedule' }] }
            : {}),
        },
      },
      ...(chance.below(5) > 0
        ? { limits: { cpu: String(100 * (1 + chance.below(10))), memory: '1000Gi' } }
        : {}),
      ...(chance.below(4) === 0 ? { weight: 1 + chance.below(100) } : {}),
      disruption: {
        consolidationPolicy: chance.one(['WhenEmptyOrUnderutilized', 'WhenEmpty']),
        consolidateAfter: chance.one(['1m', '30s', '10m']),
        budgets: [{ nodes: chance.one(['10%', '20%', '1']) }],
      },
    },
  };
}

function requirements(chance: Chance): object[] {
  const list = (key: string, values: readonly string[]) => ({ key, operator: 'In', values });
  return [
    list('karpenter.sh/capacity-type', chance.one([['spot'], ['on-demand'], ['spot', 'on-demand']])),
    list('kubernetes.io/arch', chance.one([['amd64'], ['arm64'], ['amd64', 'arm64']])),
    list('kubernetes.io/os', ['linux']),
    ...(chance.below(2) === 0 ? [list('topology.kubernetes.io/zone', chance.some(ZONES))] : []),
    ...typesAsked(chance),
  ];
}

function typesAsked(chance: Chance): object[] {
  const aws = 'karpenter.k8s.aws/instance-';
  switch (chance.below(4)) {
    case 0:
      return [
        {
          key: 'node.kubernetes.io/instance-type',
          operator: 'In',
          values: chance.some(TYPES).slice(0, 1 + chance.below(20)),
        },
      ];
    case 1:
      return [
        {
          key: `${aws}family`,
          operator: 'In',
          values: chance.some(FAMILIES).slice(0, 1 + chance.below(6)),
          minValues: 1,
        },
        { key: `${aws}size`, operator: 'NotIn', values: ['nano', 'micro', 'small', 'metal'] },
      ];
    case 2:
      return [
        { key: `${aws}category`, operator: 'In', values: ['c', 'm', 'r'] },
        { key: `${aws}generation`, operator: 'Gt', values: [String(2 + chance.below(4))] },
        { key: `${aws}cpu`, operator: 'In', values: chance.some(['2', '4', '8', '16', '32']) },
      ];
    default:
      return [
        { key: `${aws}category`, operator: 'In', values: chance.some(['c', 'm', 'r', 't', 'i']) },
        { key: `${aws}memory`, operator: 'Lt', values: [String(16_384 * (1 + chance.below(8)))] },
      ];
  }
}
