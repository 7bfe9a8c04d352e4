import { describe, expect, it } from 'vitest';
import { excludeZones } from '../../../shared/enforcement/exclude-zones.ts';
import { nothingLeft, zoneRequirements } from '../../../shared/enforcement/zone-constraints.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';
import { acceptedByAll } from '../../../shared/requirements/accepted-by-all.ts';
import { cpuMsOf } from './cpu-of.ts';
import { MANY } from './hostile-pools.ts';

const AWAY: OrderedZone[] = ['a', 'b', 'c'].map((letter, place) => ({
  id: `use1-az${place}`,
  name: `us-east-1${letter}`,
  state: 'impaired',
  sources: [],
}));
const ZONES = Array.from({ length: MANY }, (_, place) => `zone-${place}`);
const KEY = 'topology.kubernetes.io/zone';

describe('the decision about an object', () => {
  // 3.5 s each, at each event of a NodePool: the leader of ten such NodePools lost its Lease.
  it.each([
    ['one list', [{ key: KEY, operator: 'In', values: [...ZONES, 'us-east-1a'] }]],
    [
      'one list with minValues',
      [{ key: KEY, operator: 'In', values: ['us-east-1a', ...ZONES], minValues: 2 }],
    ],
    [
      'two lists',
      [
        { key: KEY, operator: 'In', values: ['us-east-1a', ...ZONES] },
        { key: KEY, operator: 'In', values: [...ZONES, 'us-east-1a'], minValues: 2 },
      ],
    ],
    [
      'a list and what is left out of it',
      [
        { key: KEY, operator: 'In', values: ['us-east-1a', ...ZONES] },
        { key: KEY, operator: 'NotIn', values: ZONES },
      ],
    ],
  ])('with %s takes no more than its length', (_, requirements) => {
    const spent = cpuMsOf(() => {
      const { requirements: left } = excludeZones({ requirements, labels: {} }, AWAY);
      nothingLeft({ requirements: left, labels: {} });
      zoneRequirements(left);
    });
    expect(spent).toBeLessThan(1000);
  });

  it('reads each list once, however many values are held against it', () => {
    let reads = 0;
    const values = new Proxy(ZONES, {
      get(list, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
        return Reflect.get(list, name, receiver);
      },
    });
    const accepts = acceptedByAll([{ key: KEY, operator: 'NotIn', values }]);
    for (const zone of ZONES) accepts(zone);
    expect(reads).toBe(MANY);
  });
});
