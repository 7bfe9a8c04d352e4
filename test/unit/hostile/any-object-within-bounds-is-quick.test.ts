import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { judge } from '../../../shared/policy/core/judge.ts';
import { nodePoolFacts } from '../../../shared/policy/reading/read-facts.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';
import { INSTANCE_KEYS } from '../../../shared/requirements/labels.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { beyondBounds } from '../../../shared/views/object-bounds.ts';
import { only } from '../webhook/policy-scene.ts';
import { leastCpuMsOf } from './cpu-of.ts';
import { poolWith } from './hostile-pools.ts';

const catalog = bundledCatalog();
const KEYS = [
  ...INSTANCE_KEYS,
  'karpenter.sh/capacity-type',
  'kubernetes.io/os',
  'topology.kubernetes.io/zone',
  'topology.k8s.aws/zone-id',
  'failure-domain.beta.kubernetes.io/zone',
  'example.com/team',
  'karpenter.k8s.aws/instance-catgory',
];
const VALUES: Readonly<Record<string, (place: number) => string>> = {
  types: (place) => catalog.types[place % catalog.types.length] ?? '',
  unknown: (place) => `x${place}.large`,
  zones: (place) => `us-east-1${place}`,
  ids: (place) => `use1-az${place}`,
  numbers: String,
  // As long as they may be, all of them together.
  digits: (place) => `${place}`.padStart(180, '7'),
  spot: (place) => ['spot', 'on-demand', 'linux', 'amd64'][place] ?? `${place}`,
};

/** A list as long as it may be where it is alone, cut where it is not. */
const entry = fc.record({
  key: fc.constantFrom(...KEYS),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'Gt', 'Lte', 'DoesNotExist'),
  of: fc.constantFrom(...Object.keys(VALUES)),
  from: fc.nat({ max: 1400 }),
  minValues: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
});
const hostilePool = fc
  .tuple(
    fc.array(entry, { minLength: 1, maxLength: 100, size: 'max' }),
    fc.constantFrom(0, 200),
    fc.constantFrom(0, 80),
  )
  .map(([entries, labels, taints]) => {
    const each = Math.floor(4900 / entries.length);
    const requirements = entries.map(({ key, operator, of, from, minValues }) => ({
      key,
      operator,
      values: Array.from({ length: each }, (_, place) => VALUES[of]?.(from + place) ?? ''),
      minValues,
    }));
    const map = Array.from({ length: labels }, (_, place) => [`topology.kubernetes.io/zon${place}`, 'x']);
    const { spec, ...pool } = poolWith(requirements, Object.fromEntries(map));
    const tainted = Array.from({ length: taints }, (_, place) => ({
      key: `k${place}`,
      effect: 'NoSchedule',
    }));
    const template = { ...spec.template, spec: { ...spec.template.spec, taints: tainted } };
    return { ...pool, spec: { ...spec, template } };
  });

const AWAY: OrderedZone[] = ['a', 'b', 'c'].map((letter, place) => ({
  id: `use1-az${place}`,
  name: `us-east-1${letter}`,
  state: 'impaired',
  sources: [],
}));
const POLICY = only(Object.fromEntries(ALL_RULES.map(({ id }) => [id, 'deny' as const])));

/** It takes some ten milliseconds; nobody knows how busy a machine is that runs this. */
const GENEROUS_MS = 400;

it('whatever an object within the bounds holds, its decision and its verdict are quick', () => {
  fc.assert(
    fc.property(hostilePool, hostilePool, (object, other) => {
      expect(beyondBounds(object)).toBeUndefined();
      const around = {
        catalog,
        nodeClasses: new Map(),
        knowsAllNodeClasses: true,
        nodePools: Array.from({ length: 60 }, (_, place) => ({
          ...nodePoolFacts(other),
          name: `p-${place}`,
        })),
        zones: [],
        impaired: AWAY.map(({ id, name = '' }) => ({ id, name })),
        checkedByApiServer: true,
      };
      judge('NodePool', structuredClone(other), around, POLICY, { nowMs: 0 });
      const verdict = leastCpuMsOf(
        () => judge('NodePool', object, around, POLICY, { nowMs: 0, old: other }),
        GENEROUS_MS,
      );
      expect(verdict).toBeLessThanOrEqual(GENEROUS_MS);
      const decision = leastCpuMsOf(() => {
        const view = nodePoolSchema.parse(object);
        enforceNodePool(view, undefined, { generation: 1, zones: AWAY }, DEFAULT_ENFORCEMENT);
      }, GENEROUS_MS);
      expect(decision).toBeLessThanOrEqual(GENEROUS_MS);
    }),
    { numRuns: 40 },
  );
});
