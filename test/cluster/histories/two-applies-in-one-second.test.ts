import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/**
 * managedFields carry seconds. Two server-side applies of one manager within one second bear the same time, so that
 * the time does not tell that the second one made the write.
 */

const SHIFT: Orders = {
  generation: 2,
  zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [] }],
};
const NOTHING: Orders = { generation: 1, zones: [] };
const BACK: Orders = { generation: 3, zones: [] };

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await startRealCluster();
});
afterAll(() => cluster?.stop());

interface Pool {
  readonly name: string;
  readonly admission: { set: Orders; asked: number };
  apply(zones: readonly string[], budgets?: readonly object[]): Promise<KubeObject>;
  /** A merge patch of the list, as kubectl edit sends it. */
  edit(zones: readonly string[]): Promise<KubeObject>;
  nudge(): Promise<KubeObject>;
}

function poolNamed(name: string): Pool {
  const admission = { set: NOTHING, asked: 0 };
  cluster.pools.set(name, admission);
  const patch = (kind: 'apply' | 'merge', body: object, fieldManager?: string): Promise<KubeObject> =>
    cluster.client.patch(
      resources.nodePools,
      { name },
      { kind, body },
      { fieldManager, force: kind === 'apply' ? true : undefined },
    );
  return {
    name,
    admission,
    apply: (zones, budgets) =>
      patch(
        'apply',
        nodePool(
          name,
          [inZones(...zones)],
          budgets === undefined ? {} : { disruption: { consolidateAfter: '0s', budgets } },
        ),
        'flux',
      ),
    edit: (zones) =>
      patch('merge', { spec: { template: { spec: { requirements: [inZones(...zones)] } } } }, 'kubectl-edit'),
    nudge: () => patch('merge', {}),
  };
}

interface Outcome {
  /** What the two applies answered. */
  readonly applies: readonly [KubeObject, KubeObject];
  /** What is stored when the zone is back. */
  readonly after: KubeObject;
}

/** Plays on new NodePools until both applies came within one second, which a busy machine may keep them from. */
async function withinOneSecond(name: string, play: (pool: Pool) => Promise<Outcome>): Promise<unknown> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const pool = poolNamed(`${name}-${attempt}`);
    const second = Math.floor(Date.now() / 1000);
    await until('the next second has begun', () => Math.floor(Date.now() / 1000) > second);
    const { applies, after } = await play(pool);
    if (timeOf(applies[0]) === timeOf(applies[1])) return requirementsOf(nodePoolSchema.parse(after));
  }
  throw new Error('no two applies came within one second in 20 attempts');
}

it('the second of two applies in one second drops the zone that is away', async () => {
  const after = await withinOneSecond('twice', async (pool) => {
    await pool.apply(['us-east-1b']);
    pool.admission.set = SHIFT;
    const first = await pool.apply(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    const second = await pool.apply(['us-east-1b']);
    pool.admission.set = BACK;
    return { applies: [first, second], after: await pool.nudge() };
  });
  expect(after).toEqual([inZones('us-east-1b')]);
});

/**
 * Somebody's edit took the list over, and the applier takes it back as it is stored, in the second of its last apply:
 * neither a changed list nor a new time tells, but that its entry in managedFields owns the list now and did not before.
 */
it('an apply that takes a list back as it is stored, in the second of its last one, is a declaration', async () => {
  const after = await withinOneSecond('taken-back', async (pool) => {
    const first = await pool.apply(['us-east-1b'], [{ nodes: '10%' }]);
    await pool.edit(['us-east-1b', 'us-east-1a']);
    pool.admission.set = SHIFT;
    await pool.nudge();
    const second = await pool.apply(['us-east-1b'], [{ nodes: '10%' }]);
    pool.admission.set = BACK;
    return { applies: [first, second], after: await pool.nudge() };
  });
  expect(after).toEqual([inZones('us-east-1b')]);
});

function timeOf(pool: KubeObject): string | undefined {
  return nodePoolSchema.parse(pool).metadata.managedFields?.find(({ manager }) => manager === 'flux')?.time;
}
