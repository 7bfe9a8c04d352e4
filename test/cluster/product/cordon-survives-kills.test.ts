import { afterEach, beforeEach, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { all, byHand, createNode, nodeStates, untilNodes } from './cordon-scenario.ts';
import { AWAY, recordOf, THREE, TWO, untilZones } from './scenario.ts';

/** The watcher is killed (SIGKILL) between any two steps of a shift: the Nodes end as they would have. */

const NODES = Array.from({ length: 40 }, (_, index) => `node-${index}`);
const FOREIGN = 'foreign';

let installation: Installation;

beforeEach(async () => {
  // What a killed process had received comes again after this time.
  installation = await install({ watcherArgs: ['--visibility-seconds', '2'] });
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  for (const name of [...NODES, FOREIGN]) await createNode(installation, name);
  await byHand(installation, 'cordon', FOREIGN);
});
afterEach(async () => {
  await installation?.stop();
});

async function killAndRestart(): Promise<void> {
  await installation.watcher.stop('SIGKILL');
  await installation.watcher.start();
}

const untilAny = (what: string, state: string) =>
  until(what, async () => Object.values(await nodeStates(installation)).includes(state));
const send = (type: 'Autoshift In Progress' | 'Autoshift Completed', at: number) =>
  installation.queue.send(autoshiftEvent(type, AWAY.id, new Date(at)));

it('at the beginning, in the middle, at the end: what is cordoned is ours, and is given back', async () => {
  const at = Date.now();
  const { watcher } = installation;
  const [wanted = '', debugged = '', ...rest] = NODES;

  await send('Autoshift In Progress', at + 1000);
  await until('the zone is in the record', async () => (await recordOf(installation))[AWAY.id] !== undefined);
  await killAndRestart();
  await untilAny('the first Node is cordoned', 'ours');
  await killAndRestart();
  await untilNodes(installation, { ...all(NODES, 'ours'), [FOREIGN]: 'cordoned' });
  await untilZones(installation, 'web', [inZones(...TWO)]);

  // What people do while nobody looks is known all the same.
  await watcher.stop('SIGKILL');
  await byHand(installation, 'uncordon', wanted);
  await byHand(installation, 'uncordon', debugged);
  await byHand(installation, 'cordon', debugged);
  await watcher.start();
  await createNode(installation, 'late');
  await untilNodes(installation, { late: 'ours', [wanted]: 'marked' });

  await watcher.stop('SIGKILL');
  await send('Autoshift Completed', at + 2000);
  await watcher.start();
  await until(
    'the zone is recovering or gone',
    async () => !(await recordOf(installation))[AWAY.id]?.includes('impaired'),
  );
  await killAndRestart();
  await until('the zone is gone', async () => (await recordOf(installation))[AWAY.id] === undefined);
  await killAndRestart();
  await untilAny('the first Node is uncordoned', 'open');
  await killAndRestart();
  const expected = {
    ...all(rest, 'open'),
    late: 'open',
    [wanted]: 'open',
    [debugged]: 'cordoned',
    [FOREIGN]: 'cordoned',
  };
  await untilNodes(installation, expected);
  await killAndRestart();
  expect(await nodeStates(installation)).toEqual(expected);
  expect(watcher.lines().filter(({ level }) => level === 'fatal')).toEqual([]);
});
