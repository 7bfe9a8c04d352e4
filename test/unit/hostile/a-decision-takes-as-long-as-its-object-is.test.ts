import { describe, expect, it } from 'vitest';
import { excludeZones } from '../../../shared/enforcement/exclude-zones.ts';
import { nothingLeft, zoneRequirements } from '../../../shared/enforcement/zone-constraints.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';
import { acceptedByAll } from '../../../shared/requirements/accepted-by-all.ts';
import type { Requirement } from '../../../shared/requirements/requirement.ts';

const AWAY: OrderedZone[] = ['a', 'b', 'c'].map((letter, place) => ({
  id: `use1-az${place}`,
  name: `us-east-1${letter}`,
  state: 'impaired',
  sources: [],
}));
const KEY = 'topology.kubernetes.io/zone';
const zones = (count: number) => Array.from({ length: count }, (_, place) => `zone-${place}`);

/** A list of values that counts how often one of them is read: time says more of the machine. */
class CountedReads {
  reads = 0;

  of(list: readonly string[]): readonly string[] {
    return new Proxy(list, {
      get: (target, name, receiver) => {
        if (typeof name === 'string' && /^\d+$/.test(name)) this.reads += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  }
}

const In = (values: readonly string[], more: object = {}): Requirement => ({
  key: KEY,
  operator: 'In',
  values,
  ...more,
});

/** What took 3.5 s with 19,000 values, at each event of a NodePool: the leader of ten such NodePools lost its Lease. */
const SHAPES: Readonly<Record<string, (count: number) => readonly Requirement[]>> = {
  'one list': (count) => [In([...zones(count), 'us-east-1a'])],
  'one list with minValues': (count) => [In(['us-east-1a', ...zones(count)], { minValues: 2 })],
  'one list without a zone that is away': (count) => [In(zones(count))],
  'two lists': (count) => [
    In(['us-east-1a', ...zones(count)]),
    In([...zones(count), 'us-east-1a'], { minValues: 2 }),
  ],
  'a list and what is left out of it': (count) => [
    In(['us-east-1a', ...zones(count)]),
    { key: KEY, operator: 'NotIn', values: zones(count) },
  ],
  'many lists': (count) => zones(20).map(() => In(['us-east-1a', ...zones(count / 20)])),
};

/** How many values it reads to decide about lists of so many. */
function readsFor(shape: (count: number) => readonly Requirement[], count: number): number {
  const counted = new CountedReads();
  const requirements = shape(count).map((entry) => ({ ...entry, values: counted.of(entry.values ?? []) }));
  const { requirements: left } = excludeZones({ requirements, labels: {} }, AWAY);
  const stored = left.map((entry) => ({ ...entry, values: counted.of(entry.values ?? []) }));
  nothingLeft({ requirements: stored, labels: {} });
  zoneRequirements(stored);
  return counted.reads;
}

describe('the decision about an object', () => {
  it.each(Object.entries(SHAPES))(
    'with %s reads four times as much for four times the values',
    (_, shape) => {
      const some = readsFor(shape, 400);
      expect(some).toBeGreaterThan(0);
      expect(readsFor(shape, 1600)).toBeLessThan(5 * some);
    },
  );

  it('reads each list once, however many values are held against it', () => {
    const counted = new CountedReads();
    const accepts = acceptedByAll([{ key: KEY, operator: 'NotIn', values: counted.of(zones(1000)) }]);
    for (const zone of zones(1000)) accepts(zone);
    expect(counted.reads).toBe(1000);
  });
});
