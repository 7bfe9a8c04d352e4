import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import { matchingTypes } from '../../../../shared/catalog/matches.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import {
  MOST_COMPARED,
  OverlapIndex,
  overlapIndex,
} from '../../../../shared/policy/counting/overlap-index.ts';
import type { PoolFacts } from '../../../../shared/policy/reading/pool-facts.ts';
import { nodePoolFacts } from '../../../../shared/policy/reading/read-facts.ts';
import { weightOverlap } from '../../../../shared/policy/rules/weight-overlap.ts';
import { conflicts, requirementMap } from '../../../../shared/requirements/requirement-map.ts';

const catalog = bundledCatalog();

interface Parts {
  readonly requirements?: readonly object[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly object[];
  readonly weight?: number;
  readonly replicas?: number;
}

function pool(name: string, { requirements = [], labels = {}, taints = [], ...spec }: Parts): PoolFacts {
  return nodePoolFacts({
    metadata: { name },
    spec: { template: { metadata: { labels }, spec: { requirements, taints } }, ...spec },
  });
}

function overlapping(index: OverlapIndex, one: PoolFacts, most = 1_000_000): string[] {
  const matches = matchingTypes(catalog, requirementMap(one.requirements, one.templateLabels));
  return index.overlapping(one, () => matches, most);
}

/** What the index is there to find faster: every pair is looked at. */
function overlappingByHand(one: PoolFacts, pools: readonly PoolFacts[]): string[] {
  const taintsOf = ({ taints }: PoolFacts) => JSON.stringify(taints.map(({ key }) => key).sort());
  const mapOf = ({ requirements, templateLabels }: PoolFacts) => requirementMap(requirements, templateLabels);
  const types = new Map(pools.map((each) => [each, new Set(matchingTypes(catalog, mapOf(each)).types)]));
  const typesOf = (each: PoolFacts) => types.get(each) ?? new Set<number>();
  return pools
    .filter((other) => other.name !== one.name && other.replicas === undefined)
    .filter((other) => (other.weight ?? 0) === (one.weight ?? 0) && taintsOf(other) === taintsOf(one))
    .filter((other) => conflicts(mapOf(one), mapOf(other)).length === 0)
    .filter((other) => [...typesOf(one)].some((type) => typesOf(other).has(type)))
    .map(({ name }) => name);
}

const category = 'karpenter.k8s.aws/instance-category';
const family = 'karpenter.k8s.aws/instance-family';
const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom(category, family, 'example.com/team'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.subarray(['c', 'm', 'm5', 'c5', 'red', 'blue'], { minLength: 1 }),
  }),
  fc.record({
    key: fc.constantFrom(category, 'example.com/team'),
    operator: fc.constantFrom('Exists', 'DoesNotExist'),
  }),
  fc.record({
    key: fc.constant('karpenter.k8s.aws/instance-cpu'),
    operator: fc.constantFrom('Gt', 'Lt'),
    values: fc.constantFrom(['3'], ['8'], ['64']),
  }),
);
const parts: fc.Arbitrary<Parts> = fc.record(
  {
    requirements: fc.array(requirement, { maxLength: 3 }),
    labels: fc.constantFrom({}, { 'example.com/team': 'red' }),
    taints: fc.constantFrom([], [{ key: 'a', effect: 'NoSchedule' }]),
    weight: fc.constantFrom(0, 10),
  },
  { requiredKeys: ['requirements'] },
);

describe('which NodePools overlap', () => {
  it('is what a comparison of every pair says', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 2, maxLength: 8 }), (all) => {
        const pools = all.map((each, place) => pool(`pool-${place}`, each));
        const index = new OverlapIndex(pools, catalog);
        for (const one of pools) {
          expect(overlapping(index, one).sort()).toEqual(overlappingByHand(one, pools).sort());
        }
      }),
      { numRuns: 150 },
    );
  });

  it('takes weight 0 for none, and a taint that only asks kindly for none', () => {
    const pools = [
      pool('none', {}),
      pool('zero', { weight: 0 }),
      pool('kind', { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }),
      pool('static', { replicas: 3 }),
    ];
    const index = new OverlapIndex(pools, catalog);
    expect(overlapping(index, pool('none', {}))).toEqual(['zero', 'kind']);
  });

  it('compares a NodePool under review that is not stored yet, or was stored otherwise', () => {
    const index = new OverlapIndex([pool('web', { weight: 10 }), pool('batch', {})], catalog);
    expect(overlapping(index, pool('new', { weight: 10 }))).toEqual(['web']);
    expect(overlapping(index, pool('web', {}))).toEqual(['batch']);
  });

  it('is indexed once for a catalogue, and again for another one', () => {
    const pools = [pool('web', {})];
    expect(overlapIndex(pools, catalog)).toBe(overlapIndex([...pools], catalog));
    expect(overlapIndex(pools, { ...catalog })).not.toBe(overlapIndex(pools, catalog));
    expect(overlapIndex(pools, { ...catalog }).catalog).not.toBe(catalog);
  });

  it('follows the NodePools by what is different, and says what an index made anew says', () => {
    fc.assert(
      fc.property(fc.array(fc.array(parts, { maxLength: 6 }), { minLength: 2, maxLength: 4 }), (lists) => {
        const index = new OverlapIndex([], catalog);
        let stored: readonly PoolFacts[] = [];
        for (const list of lists) {
          // Some stay as they are, the others are changed, made or deleted.
          stored = [
            ...stored.filter((_, place) => place % 2 === 0),
            ...list.map((each, place) => pool(`pool-${place}`, each)),
          ];
          index.become(stored);
          const anew = new OverlapIndex(stored, catalog);
          for (const one of stored)
            expect(overlapping(index, one).sort()).toEqual(overlapping(anew, one).sort());
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('what is told of them', () => {
  it.each([
    [1, 'NodePool pool-0 would serve'],
    [3, 'NodePools pool-0, pool-1, pool-2 would serve'],
    [4, 'NodePools pool-0, pool-1, pool-2 and others would serve'],
  ])('%d others: %s', (count, words) => {
    const nodePools = Array.from({ length: count }, (_, place) => pool(`pool-${place}`, {}));
    const around = {
      catalog,
      nodeClasses: new Map(),
      knowsAllNodeClasses: false,
      nodePools,
      zones: [],
      impaired: [],
    };
    const subject = new Subject('NodePool', { metadata: { name: 'web' } }, around);
    expect(weightOverlap.check(subject, {}).map(({ message }) => message)).toEqual([
      expect.stringContaining(words),
    ]);
  });
});

describe('1,000 NodePools', () => {
  const thousand = (partsOf: (place: number) => Parts) =>
    Array.from({ length: 1000 }, (_, place) => pool(`pool-${place}`, partsOf(place)));

  it('are entered once, and of a write one', () => {
    const pools = thousand((place) => ({ weight: place % 7 }));
    const index = new OverlapIndex(pools, catalog);
    expect(index.entered).toBe(1000);
    for (let write = 0; write < 10; write += 1)
      index.become(pools.with(write, pool(`pool-${write}`, { weight: 99 })));
    // The one that was changed, and the one before it, which is again as it was.
    expect(index.entered).toBe(1000 + 10 + 9);
    index.become([]);
    expect(overlapping(index, pool('new', {}))).toEqual([]);
  });

  it('that are set apart by a label are not compared at all', () => {
    const pools = thousand((place) => ({ labels: { 'example.com/team': `team-${place}` } }));
    const index = new OverlapIndex(pools, catalog);
    expect(pools.flatMap((one) => overlapping(index, one, 4))).toEqual([]);
    expect(index.comparisons).toBe(0);
  });

  it('that all overlap are compared until enough are found', () => {
    const pools = thousand(() => ({}));
    const index = new OverlapIndex(pools, catalog);
    for (const one of pools) expect(overlapping(index, one, 4)).toHaveLength(4);
    expect(index.comparisons).toBe(4000);
  });

  it('that were made to be compared are compared with so many at the most', () => {
    // Each pair differs in one of ten labels, and no label tells more than half of them apart.
    const pools = thousand((place) => ({
      requirements: Array.from({ length: 10 }, (_, bit) => ({
        key: `example.com/bit-${bit}`,
        operator: 'In',
        values: [String((place >> bit) & 1)],
      })),
    }));
    const index = new OverlapIndex(pools, catalog);
    expect(pools.slice(0, 20).flatMap((one) => overlapping(index, one, 4))).toEqual([]);
    expect(index.comparisons).toBe(20 * MOST_COMPARED);
  });
});
