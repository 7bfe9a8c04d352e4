import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import type { ProductProcess } from '../../installation/product-process.ts';
import { until } from '../../installation/until.ts';
import { AWAY, recordOf, THREE, TWO, untilZones } from './scenario.ts';

/** A shift and its end, with a process killed (SIGKILL) and started again at each point: the end is always the same. */

const POOLS = Array.from({ length: 12 }, (_, index) => `pool-${index}`);
const excluded = { key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: [AWAY.name] };

let installation: Installation;

beforeEach(async () => {
  // A message that SQS had handed to a process as it was killed stays invisible for as long as it was told to: short
  // here, so that the test need not wait for the default of 60 s.
  installation = await install({ watcherArgs: ['--visibility-seconds', '2'] });
  for (const name of POOLS)
    await installation.client.create(resources.nodePools, nodePool(name, [inZones(...THREE)]));
  await installation.client.create(resources.nodePools, nodePool('any', []));
});
afterEach(async () => {
  await installation?.stop();
});

async function killAndRestart(process: ProductProcess): Promise<void> {
  await process.stop('SIGKILL');
  await process.start();
}

async function expectAway(): Promise<void> {
  for (const name of POOLS) await untilZones(installation, name, [inZones(...TWO)]);
  await untilZones(installation, 'any', [excluded]);
}

async function expectBack(): Promise<void> {
  for (const name of POOLS) await untilZones(installation, name, [inZones(...THREE)]);
  await untilZones(installation, 'any', []);
  await until('the record is empty and no freeze is left', async () => {
    const { items } = await installation.client.listAll(resources.nodePools);
    const frozen = items.filter((pool) => JSON.stringify(pool.spec).includes('{"nodes":"0"}'));
    return frozen.length === 0 && Object.keys(await recordOf(installation)).length === 0;
  });
}

async function untilQueueIsEmpty(): Promise<void> {
  await until(
    'no message is left',
    async () => {
      const { visible, inFlight } = await installation.queue.depth();
      return visible + inFlight === 0;
    },
    90_000,
  );
}

describe.each(['watcher', 'webhook'] as const)('the %s is killed', (which) => {
  it('before, in the middle of, and after each change, and everything ends as it would have', async () => {
    const at = Date.now();
    const process = installation[which];
    const send = (type: 'Autoshift In Progress' | 'Autoshift Completed', seconds: number) =>
      installation.queue.send(autoshiftEvent(type, AWAY.id, new Date(at + seconds * 1000)));

    await process.stop('SIGKILL');
    await send('Autoshift In Progress', 1);
    await process.start();
    await until('the first NodePool is protected', async () =>
      (await installation.client.listAll(resources.nodePools)).items.some(
        (pool) => pool.metadata.annotations !== undefined,
      ),
    );
    await killAndRestart(process);
    await expectAway();
    await killAndRestart(process);
    await expectAway();

    await process.stop('SIGKILL');
    await send('Autoshift Completed', 2);
    await process.start();
    await until(
      'the zone is recovering or gone',
      async () => !(await recordOf(installation))[AWAY.id]?.includes('impaired'),
    );
    await killAndRestart(process);
    await expectBack();
    await killAndRestart(process);
    await expectBack();
    await untilQueueIsEmpty();
    expect(process.lines().filter((line) => line.level === 'fatal')).toEqual([]);
  });
});
