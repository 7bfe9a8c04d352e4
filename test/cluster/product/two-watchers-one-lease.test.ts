import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../../shared/record/record-document.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import type { ProductProcess } from '../../installation/product-process.ts';
import { until } from '../../installation/until.ts';
import { recordOf, THREE, TWO, zonesOf } from './scenario.ts';

/**
 * Two watchers, one queue, one Lease. The one that leads is killed, and later suspended, in the middle of its work. The
 * tests go on from each other.
 */

const POOLS = Array.from({ length: 500 }, (_, index) => `pool-${index}`);
/** So many of them are nudged when the leader is stopped. */
const SOME = 50;
const FIRST = 'use1-az1';
const SECOND = 'use1-az6';
/** A message that a process had when it was stopped comes again after two seconds; its Lease is free after six. */
const ARGS = ['--visibility-seconds', '2', '--lease-duration', '6s'];
/** On a machine that is busy with other things. */
const TAKEOVER_MS = 60_000;

let installation: Installation;
let one: ProductProcess;
let other: ProductProcess;
const clock = Date.now();

beforeAll(async () => {
  installation = await install({ watcherArgs: ARGS });
  one = installation.watcher;
  await until('the first leads', () => one.lines().some(({ lease }) => lease !== undefined));
  other = (await installation.addWatcher('other-watcher', ARGS)).process;
  const names = [...POOLS];
  const create = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift())
      await installation.client.create(resources.nodePools, nodePool(name, [inZones(...THREE)]));
  };
  await Promise.all(Array.from({ length: 8 }, create));
});
afterAll(() => installation?.stop());

/** Each event is later than the one before. */
const send = (type: 'Autoshift In Progress' | 'Autoshift Completed', zoneId: string, order: number) =>
  installation.queue.send(autoshiftEvent(type, zoneId, new Date(clock + order * 1000)));

const nudges = (watcher: ProductProcess) => watcher.lines().filter(({ event }) => event === 'nudge').length;

/** How many NodePools have these zones, and no others. */
async function countWith(zones: readonly string[]): Promise<number> {
  const { items } = await installation.client.listAll(resources.nodePools);
  const expected = JSON.stringify([inZones(...zones)]);
  return items.filter((pool) => JSON.stringify(zonesOf(pool)) === expected).length;
}

const untilAll = (zones: readonly string[], limitMs?: number) =>
  until(`every NodePool has ${zones.join()}`, async () => (await countWith(zones)) === POOLS.length, limitMs);

async function inTheMiddle(watcher: ProductProcess): Promise<void> {
  const before = nudges(watcher);
  await until('some NodePools are nudged', () => nudges(watcher) >= before + SOME);
}

const untilEmptyQueue = () =>
  until('no message is left', async () => {
    const { visible, inFlight } = await installation.queue.depth();
    return visible + inFlight === 0;
  });

const isFrozen = (pool: KubeObject) =>
  nodePoolSchema.parse(pool).spec.disruption?.budgets?.some(({ nodes }) => nodes === '0') === true;

/** All that a watcher of an earlier term could spoil. */
async function everything(): Promise<object> {
  const { client } = installation;
  const record = await client.get(resources.configMaps, { namespace: 'zonewarden', name: RECORD_NAME });
  const { items } = await client.listAll(resources.nodePools);
  return {
    record: record.data ?? {},
    annotations: record.metadata.annotations,
    pools: items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
  };
}

describe('the leader is killed while it nudges', () => {
  it('and the other finishes: no NodePool is left out, no message lost', async () => {
    await send('Autoshift In Progress', FIRST, 1);
    await inTheMiddle(one);
    await one.stop('SIGKILL');
    expect(await countWith(TWO)).toBeLessThan(POOLS.length);

    await untilAll(TWO, TAKEOVER_MS);
    expect(nudges(other)).toBeGreaterThan(0);
    await untilEmptyQueue();
    expect((await installation.queue.depth()).dead).toBe(0);
    expect(Object.keys(await recordOf(installation))).toEqual([FIRST]);
    expect((await recordOf(installation))[FIRST]).toContain('state: impaired');
  });
});

describe('the leader is suspended while it nudges', () => {
  it('and writes nothing old when it goes on after its Lease was taken and the shift is over', async () => {
    await one.start();
    const terms = () => one.lines().filter(({ lease }) => lease !== undefined).length;
    const termsBefore = terms();
    await send('Autoshift In Progress', SECOND, 2);
    await inTheMiddle(other);
    process.kill(other.pid, 'SIGSTOP');
    expect(await countWith(['us-east-1b'])).toBeLessThan(POOLS.length);

    await until('the Lease is taken', () => terms() > termsBefore, TAKEOVER_MS);
    await send('Autoshift Completed', FIRST, 3);
    await send('Autoshift Completed', SECOND, 4);
    await untilAll(THREE, TAKEOVER_MS);
    await until('the record is empty', async () => Object.keys(await recordOf(installation)).length === 0);
    await until('every freeze is gone', async () => {
      const { items } = await installation.client.listAll(resources.nodePools);
      return !items.some(isFrozen);
    });
    const before = await everything();

    process.kill(other.pid, 'SIGCONT');
    await until('it knows that it does not lead', () =>
      other.lines().some(({ message }) => message === 'not leading any more'),
    );
    await untilEmptyQueue();
    expect(await everything()).toEqual(before);
    expect((await installation.queue.depth()).dead).toBe(0);
    for (const watcher of [one, other]) expect(watcher.isRunning()).toBe(true);
  });
});
