import { type ExampleParts, exampleNodeClaim, exampleNodePool } from './example-yaml.ts';

/** One requirement as YAML in one line: `- { key: kubernetes.io/arch, operator: In, values: [amd64] }`. */
export function requirement(key: string, operator: string, ...values: readonly (string | number)[]): string {
  const list = values.map((value) => (typeof value === 'number' ? `"${value}"` : value)).join(', ');
  return `- { key: ${key}, operator: ${operator}${values.length === 0 ? '' : `, values: [${list}]`} }`;
}

/** The same with `minValues`. */
export function requirementWithMin(
  minValues: number,
  key: string,
  operator: string,
  ...values: readonly string[]
): string {
  return requirement(key, operator, ...values).replace(/ }$/, `, minValues: ${minValues} }`);
}

const CAPACITY_TYPE = 'karpenter.sh/capacity-type';
export const SPOT = requirement(CAPACITY_TYPE, 'In', 'spot');
export const ON_DEMAND = requirement(CAPACITY_TYPE, 'In', 'on-demand');
export const SPOT_AND_ON_DEMAND = requirement(CAPACITY_TYPE, 'In', 'spot', 'on-demand');
/** What Karpenter's documentation recommends for most NodePools, without a capacity type. */
export const RECOMMENDED: readonly string[] = [
  requirement('kubernetes.io/arch', 'In', 'amd64'),
  requirement('karpenter.k8s.aws/instance-category', 'In', 'c', 'm', 'r'),
  requirement('karpenter.k8s.aws/instance-generation', 'Gt', 2),
];

export function instanceTypes(...names: readonly string[]): string {
  return requirement('node.kubernetes.io/instance-type', 'In', ...names);
}

export function families(...names: readonly string[]): string {
  return requirement('karpenter.k8s.aws/instance-family', 'In', ...names);
}

export function zones(...names: readonly string[]): string {
  return requirement('topology.kubernetes.io/zone', 'In', ...names);
}

/** A NodePool with nothing in it but these requirements and what else is given. */
export function nodePool(requirements: readonly string[], parts: ExampleParts = {}): string {
  return exampleNodePool({ ...parts, requirements });
}

/** A NodeClaim that somebody wrote, with these requirements. */
export function nodeClaim(
  requirements: readonly string[],
  parts: Pick<ExampleParts, 'annotations'> = {},
): string {
  return exampleNodeClaim({ name: 'single', ...parts, requirements });
}

/** A NodeClaim as Karpenter makes it out of the NodePool `web`. */
export function karpentersNodeClaim(requirements: readonly string[]): string {
  return exampleNodeClaim({ labels: ['karpenter.sh/nodepool: web'], requirements });
}

/** Subnets as Karpenter writes them into the status of an EC2NodeClass. */
const ZONE_IDS: Readonly<Record<string, string>> = {
  'us-east-1a': 'use1-az1',
  'us-east-1b': 'use1-az2',
  'us-east-1c': 'use1-az4',
};

/** The EC2NodeClass `default` with subnets in these zones (`us-east-1a` to `us-east-1c`), before another document. */
export function withSubnets(names: readonly string[], rest: string): string {
  const subnets = names.map(
    (zone, place) => `    - { id: subnet-${place + 1}, zone: ${zone}, zoneID: ${ZONE_IDS[zone] ?? ''} }\n`,
  );
  const head = 'apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: default\n';
  return `${head}status:\n  subnets:\n${subnets.join('')}---\n${rest}`;
}
