import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { HeldObjects } from '../../../shared/stores/held-objects.ts';
import { type PoolView, readPool } from '../../../shared/views/pool-view.ts';
import { leastCpuMsOf } from '../hostile/cpu-of.ts';
import { away, NodePoolsInMemory, nodePool } from '../settle/node-pools-in-memory.ts';
import { clean, settling } from './settling.ts';

/** As ten NodePools, stored in peace, kept two watchers from the Lease and all others from being pruned. */
const HEAVY = Array.from({ length: 10 }, (_, place) =>
  nodePool(`heavy-${place}`, [
    'us-east-1a',
    ...Array.from({ length: 19_499 }, (_value, zone) => `us-east-1a-${zone}`),
  ]),
);
const ORDINARY = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'];

/** What a store holds of them. */
function held(pools: readonly KubeObject[]) {
  const problems: string[] = [];
  const objects = new HeldObjects<PoolView>(readPool, (key) => problems.push(key));
  for (const pool of pools) objects.put(pool);
  return { objects, problems };
}

describe('ten NodePools of 19,500 zones', () => {
  it('are told, and are in no view', () => {
    const { objects, problems } = held([...HEAVY, ...ORDINARY.map((name) => nodePool(name))]);
    expect(problems).toEqual(HEAVY.map(({ metadata }) => metadata.name));
    expect(objects.unreadable()).toEqual(problems);
    expect(objects.views().map(({ name }) => name)).toEqual(ORDINARY);
  });

  it('cost next to nothing, however often they are written', () => {
    const { objects } = held([]);
    const spent = leastCpuMsOf(() => {
      for (let round = 0; round < 20; round += 1) {
        for (const pool of HEAVY)
          objects.put({ ...pool, metadata: { ...pool.metadata, resourceVersion: `${round}` } });
      }
    }, 2000);
    expect(spent).toBeLessThanOrEqual(2000);
  });

  it('keep no other NodePool open, and are neither judged nor nudged', async () => {
    const ordinary = ORDINARY.map((name) => nodePool(name));
    const { objects } = held([...HEAVY, ...ordinary]);
    const pools = new NodePoolsInMemory(ordinary, away(1));
    const spent = process.cpuUsage();
    const { scene, until } = settling(pools, away(1), { views: () => [...objects.views()] });
    scene.pools.unjudgeable = objects.unreadable();
    await until(clean);
    const { user } = process.cpuUsage(spent);
    // Each look at them took both watchers a minute.
    expect(user / 1000).toBeLessThan(2000);
    expect(ORDINARY.map((name) => pools.zonesOf(name))).toEqual(ORDINARY.map(() => ['us-east-1b']));
    expect(pools.nudged.toSorted()).toEqual(ORDINARY);
  });
});

describe('a NodePool that cannot be judged any more', () => {
  it('is neither nudged by what it was, nor waited for', async () => {
    const pools = new NodePoolsInMemory([nodePool('heavy-0'), nodePool('web')], away(1));
    const views = pools.views();
    const { scene, until } = settling(pools, undefined, { views: () => views });
    scene.pools.unjudgeable = ['heavy-0'];
    scene.record.see({ ...away(1), ended: {} });
    await until(clean);
    expect(pools.nudged).toEqual(['web']);
    expect(scene.heard.of('unjudgeable').at(-1)).toEqual({ nodePools: ['heavy-0'] });
  });
});
