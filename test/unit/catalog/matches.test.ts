import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { type Catalog, labelOf } from '../../../shared/catalog/catalog.ts';
import {
  allowsCapacityType,
  allowsZone,
  distinctValues,
  matchingTypes,
  typeNames,
  within,
} from '../../../shared/catalog/matches.ts';
import { CPU_KEY, FAMILY_KEY, GPU_NAME_KEY, HYPERVISOR_KEY } from '../../../shared/requirements/labels.ts';
import type { Requirement } from '../../../shared/requirements/requirement.ts';
import { conflicts, requirementMap } from '../../../shared/requirements/requirement-map.ts';
import { randomCatalog, ZONES } from './random-catalog.ts';

const aws = (label: string) => `karpenter.k8s.aws/instance-${label}`;
const entry = (key: string, operator: string, ...values: string[]): Requirement => ({
  key,
  operator,
  values,
});

/** A type's requirements as Karpenter has them: each label that it knows is one value, or must be absent. */
function requirementsOf(catalog: Catalog, type: number): Requirement[] {
  return [...catalog.columns.keys()].map((key) => {
    const value = labelOf(catalog, type, key);
    return value === undefined ? entry(key, 'DoesNotExist') : entry(key, 'In', value);
  });
}

const requirement = fc.record({
  key: fc.constantFrom(
    CPU_KEY,
    FAMILY_KEY,
    GPU_NAME_KEY,
    HYPERVISOR_KEY,
    'node.kubernetes.io/instance-type',
    'beta.kubernetes.io/instance-type',
    'eks.amazonaws.com/instance-cpu',
    'example.com/team',
  ),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Gte', 'Lte'),
  values: fc.array(
    fc.constantFrom('1', '2', '4', '96', 'm5', 'p5', 'h100', '', 'nitro', 'm5.large', 'c5.xlarge'),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
});

describe('the types that requirements match', () => {
  it("are those that Karpenter's algebra finds no conflict with", () => {
    const labels = fc.dictionary(fc.constantFrom(CPU_KEY, 'example.com/team'), fc.constantFrom('2', '4'));
    fc.assert(
      fc.property(
        randomCatalog,
        fc.array(requirement, { maxLength: 4 }),
        labels,
        (catalog, requirements, template) => {
          const map = requirementMap(requirements, template);
          const naive = [...catalog.types.keys()].filter(
            (type) => conflicts(requirementMap(requirementsOf(catalog, type)), map).length === 0,
          );
          expect(matchingTypes(catalog, map).types).toEqual(naive);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  const cases: readonly (readonly [string, Requirement[], (name: string) => boolean])[] = [
    ['nothing said', [], () => true],
    ['a family', [entry(aws('family'), 'In', 'm5', 'c5')], (name) => /^[mc]5\./.test(name)],
    [
      'a category without a size',
      [entry(aws('category'), 'In', 'm'), entry(aws('size'), 'NotIn', 'large')],
      (name) => /^m\d/.test(name) && !name.endsWith('.large'),
    ],
    ['an unknown type', [entry('node.kubernetes.io/instance-type', 'In', 'm5.gigantic')], () => false],
    ['a custom label', [entry('example.com/team', 'In', 'payments')], () => true],
    ['a zone', [entry('topology.kubernetes.io/zone', 'In', 'us-east-1a')], () => true],
    ['tenancy is none of a type', [entry(aws('tenancy'), 'In', 'dedicated')], () => true],
  ];

  it.each(cases)('%s', (_, requirements, isMatch) => {
    const catalog = bundledCatalog();
    const names = typeNames(matchingTypes(catalog, requirementMap(requirements)));
    expect(names).toEqual(catalog.types.filter(isMatch));
  });

  it('without a GPU are those whose GPU is absent, and with one those whose is not', () => {
    const catalog = bundledCatalog();
    const count = (operator: string) =>
      matchingTypes(catalog, requirementMap([entry(GPU_NAME_KEY, operator)])).types.length;
    expect(count('Exists')).toBeGreaterThan(30);
    expect(count('Exists') + count('DoesNotExist')).toBe(catalog.types.length);
  });

  it('are more than those below a bound and above it: bounds are exclusive', () => {
    const catalog = bundledCatalog();
    const count = (operator: string) =>
      matchingTypes(catalog, requirementMap([entry(CPU_KEY, operator, '4')])).types.length;
    expect(count('Gt') + count('Lte')).toBe(catalog.types.length);
    expect(count('Lt') + count('Gte')).toBe(catalog.types.length);
    expect(count('Gte') - count('Gt')).toBe(count('In'));
  });
});

describe('the matches within a scope', () => {
  it('can be had so, and are offered there where it is known', () => {
    fc.assert(
      fc.property(
        randomCatalog,
        fc.subarray(ZONES),
        fc.constantFrom('spot', 'on-demand'),
        (catalog, ids, capacityType) => {
          const all = matchingTypes(catalog, requirementMap([]));
          const { offerings } = catalog;
          const naive = all.types.filter((type) => {
            const zones = offerings?.sets[offerings.setOf[type] ?? -1]?.map(
              (zone) => offerings.zoneIds[zone] ?? '',
            );
            const bit = capacityType === 'spot' ? 2 : 1;
            return (
              ((catalog.capacityTypes[type] ?? 0) & bit) > 0 &&
              (zones === undefined || zones.some((id) => ids.includes(id)))
            );
          });
          expect(within(all, { capacityType, zoneIds: new Set(ids) }).types).toEqual(naive);
          expect(within(all, {}).types).toEqual(all.types);
        },
      ),
    );
  });
});

describe('what is asked of matches', () => {
  it('distinct values are sorted, and none where no type has the label', () => {
    const catalog = bundledCatalog();
    const matches = matchingTypes(catalog, requirementMap([entry(aws('family'), 'In', 'm5', 'c5')]));
    expect(distinctValues(matches, FAMILY_KEY)).toEqual(['c5', 'm5']);
    expect(distinctValues(matches, GPU_NAME_KEY)).toEqual([]);
  });

  const map = requirementMap([
    entry('topology.kubernetes.io/zone', 'In', 'us-east-1a', 'us-east-1b'),
    entry('topology.k8s.aws/zone-id', 'NotIn', 'use1-az2'),
    entry('karpenter.sh/capacity-type', 'In', 'spot'),
  ]);

  it.each([
    [{ id: 'use1-az1', name: 'us-east-1a' }, true],
    [{ id: 'use1-az2', name: 'us-east-1b' }, false],
    [{ id: 'use1-az3', name: 'us-east-1c' }, false],
    [{ id: '', name: 'us-east-1b' }, true],
    [{ id: 'use1-az3', name: '' }, true],
  ])('zone %j is open: %s', (zone, open) => {
    expect(allowsZone(map, zone)).toBe(open);
  });

  it('capacity types', () => {
    expect(['spot', 'on-demand'].map((type) => allowsCapacityType(map, type))).toEqual([true, false]);
    expect(allowsCapacityType(requirementMap([]), 'reserved')).toBe(true);
  });
});
