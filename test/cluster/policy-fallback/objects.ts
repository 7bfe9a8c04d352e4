import fc from 'fast-check';
import { encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';
import { nodeClaim, nodePool } from '../../installation/node-pools.ts';

/** NodePools and NodeClaims of every shape that says something about zones. */

export const GENERATION = 7;

const since = '2026-11-21T04:00:00Z';
const source = (until?: string) => ({
  id: 'autoshift/region',
  kind: 'autoshift',
  since,
  ...(until === undefined ? {} : { until }),
});
const PAST = '2020-01-01T00:00:00.5Z';
const FUTURE = '2099-01-01T00:00:00Z';

/** A zone of each kind that there is, and names that want to be more than a name. */
export const ZONES: readonly OrderedZone[] = [
  { id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [source()] },
  { id: 'use1-az2', state: 'impaired', sources: [source(FUTURE)] },
  { id: 'use1-az3', name: 'us-east-1c', state: 'recovering', sources: [] },
  { id: 'use1-az4', name: 'us-east-1d', state: 'impaired', sources: [source(PAST)] },
  { id: '5', name: '17', state: 'impaired', sources: [source()] },
  { id: 'use1-az6', name: "us' || true || '", state: 'impaired', sources: [source(PAST), source()] },
];

const NAME_KEYS = [
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
];
const ID_KEY = 'topology.k8s.aws/zone-id';
const NAMES = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d', '17', 'use1-az1'];
const IDS = ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4', '5', 'use1-az6', 'use1-az9'];

const listed = (keys: readonly string[], values: readonly string[]) =>
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In', 'In', 'NotIn', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 6 }),
  });
const bounded = fc.record({
  key: fc.constantFrom(ID_KEY, ...NAME_KEYS),
  operator: fc.constantFrom('Gt', 'Lt', 'Gte', 'Lte'),
  values: fc.constantFrom(['5'], ['17'], ['4'], ['100'], ['005']),
});
const bare = fc.record({
  key: fc.constantFrom(ID_KEY, ...NAME_KEYS, 'kubernetes.io/arch'),
  operator: fc.constantFrom('Exists', 'Exists', 'Exists', 'DoesNotExist'),
});
const requirement = fc.oneof(
  { weight: 6, arbitrary: listed(NAME_KEYS, NAMES) },
  { weight: 4, arbitrary: listed([ID_KEY], IDS) },
  { weight: 1, arbitrary: bounded },
  { weight: 1, arbitrary: bare },
  {
    weight: 1,
    arbitrary: fc.constant({ key: 'kubernetes.io/arch', operator: 'In', values: ['us-east-1a'] }),
  },
);
const requirements = fc.array(requirement, { maxLength: 4 });

const mark = fc
  .record({
    generation: fc.constantFrom(GENERATION - 1, GENERATION, GENERATION, GENERATION + 1),
    zones: fc.subarray([...ZONES]),
    state: fc.constantFrom('impaired' as const, 'recovering' as const),
  })
  .map(({ generation, zones, state }) =>
    encodeDeclared({
      generation,
      zones: zones.map(({ id, name }) => ({ id, ...(name === undefined ? {} : { name }), state })),
      changed: [],
      added: [],
    }),
  );
const annotations = fc.record(
  {
    'zonewarden.io/zone-enforcement': fc.constantFrom('off', 'on', 'OFF'),
    'zonewarden.io/declared': fc.oneof(
      { weight: 3, arbitrary: mark },
      { weight: 1, arbitrary: fc.constantFrom('', 'x', '{}', '{"generation":"9","zones":[]}') },
    ),
    other: fc.constant('x'),
  },
  { requiredKeys: [] },
);
const labels = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ key: fc.constantFrom(...NAME_KEYS), value: fc.constantFrom(...NAMES) }),
      fc.record({ key: fc.constant(ID_KEY), value: fc.constantFrom(...IDS) }),
    ),
  },
);

export const anyNodePool: fc.Arbitrary<KubeObject> = fc
  .record({
    requirements,
    labels,
    annotations: fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: annotations },
    ),
  })
  .map((parts) => {
    const pool = nodePool('generated', parts.requirements);
    if (parts.annotations !== undefined)
      pool.metadata.annotations = parts.annotations as Record<string, string>;
    if (parts.labels === undefined) return pool;
    const { spec } = pool as { spec?: { template?: object } };
    const metadata = { labels: { [parts.labels.key]: parts.labels.value } };
    return { ...pool, spec: { ...spec, template: { ...spec?.template, metadata } } };
  });

export const EXEMPT_POOL = "exempt' || true || '";

export const anyNodeClaim: fc.Arbitrary<KubeObject> = fc
  .record({ requirements, pool: fc.constantFrom(undefined, 'web', 'exempt') })
  .map(({ requirements: list, pool }) => {
    const claim = nodeClaim('generated', list);
    if (pool !== undefined) claim.metadata.labels = { 'karpenter.sh/nodepool': pool };
    return claim;
  });
