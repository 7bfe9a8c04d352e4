import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { judge } from '../../../shared/policy/core/judge.ts';
import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import { MOST_ZONES, Subject } from '../../../shared/policy/core/subject.ts';
import { leastCpuMsOf } from './cpu-of.ts';
import { HOSTILE_POOLS, poolWith } from './hostile-pools.ts';

const AROUND = {
  catalog: bundledCatalog(),
  nodeClasses: new Map(),
  knowsAllNodeClasses: true,
  nodePools: [],
  zones: [],
  impaired: [],
  checkedByApiServer: true,
};

/** The slowest took 112 s, and takes some ten milliseconds. */
const GENEROUS_MS = 2000;

describe('the verdict about a NodePool', () => {
  it.each(Object.entries(HOSTILE_POOLS))('with %s takes no more than its length', (_, object) => {
    const verdict = () => judge('NodePool', object, AROUND, DEFAULT_POLICY, { nowMs: 0 });
    const spent = leastCpuMsOf(verdict, GENEROUS_MS);
    expect(spent).toBeLessThanOrEqual(GENEROUS_MS);
  });

  it('looks at no more zones than there can be', () => {
    const { openZones } = new Subject('NodePool', HOSTILE_POOLS['zone IDs'], AROUND);
    expect(openZones).toHaveLength(MOST_ZONES);
  });

  it('looks at all zones of a list that a Region could have', () => {
    const values = Array.from({ length: 30 }, (_, place) => `use1-az${place}`);
    const pool = poolWith([{ key: 'topology.k8s.aws/zone-id', operator: 'In', values }]);
    expect(new Subject('NodePool', pool, AROUND).openZones).toHaveLength(30);
  });
});
