import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import type { Requirement } from '../../../shared/requirements/requirement.ts';

/** As many as made one request of 274 kB hold a webhook for two minutes. */
export const MANY = 19_000;

export function poolWith(
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>> = {},
) {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'heavy' },
    spec: {
      template: {
        metadata: { labels },
        spec: {
          requirements,
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'none-of-that-name' },
        },
      },
    },
  };
}

function listOf(key: string, valueAt: (place: number) => string, count = MANY): Requirement {
  return { key, operator: 'In', values: Array.from({ length: count }, (_, place) => valueAt(place)) };
}

const types = bundledCatalog().types;
const cpu = 'karpenter.k8s.aws/instance-cpu';
const entries = (count: number, entry: (place: number) => Requirement) =>
  Array.from({ length: count }, (_, place) => entry(place));

/** Lists that are as long as they may be, and what was slow about each. */
export const HOSTILE_POOLS: Readonly<Record<string, ReturnType<typeof poolWith>>> = {
  'zone names': poolWith([listOf('topology.kubernetes.io/zone', (place) => `us-east-1${place}`)]),
  'zone IDs': poolWith([listOf('topology.k8s.aws/zone-id', (place) => `use1-az${place}`)]),
  'zone names and IDs': poolWith([
    listOf('topology.kubernetes.io/zone', (place) => `us-east-1${place}`, MANY / 2),
    listOf('topology.k8s.aws/zone-id', (place) => `use1-az${place}`, MANY / 2),
  ]),
  'unknown types': poolWith([listOf('node.kubernetes.io/instance-type', (place) => `x${place}.large`)]),
  'unknown families': poolWith([listOf('karpenter.k8s.aws/instance-family', (place) => `x${place}`)]),
  'a hundred NotIn': poolWith(
    entries(100, (entry) => ({
      ...listOf('node.kubernetes.io/instance-type', (place) => `x${entry}-${place}.large`, MANY / 100),
      operator: 'NotIn',
    })),
  ),
  'a hundred lists of types': poolWith(
    entries(99, (entry) =>
      listOf('node.kubernetes.io/instance-type', (place) => types[entry + place] ?? '', MANY / 100),
    ),
  ),
  'bounds between lists': poolWith(
    entries(100, (entry) =>
      entry % 2 === 0
        ? { key: cpu, operator: 'Gt', values: [`${entry}`] }
        : { ...listOf(cpu, (place) => `${entry * 1000 + place}`, MANY / 50), operator: 'NotIn' },
    ),
  ),
  'a number of a million digits': poolWith([
    { key: cpu, operator: 'Gt', values: ['1'.repeat(1_300_000)] },
    { key: cpu, operator: 'NotIn', values: ['0'.repeat(1_300_000)] },
  ]),
};
