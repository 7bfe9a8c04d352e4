import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import type { ArcApi } from '../../standins/arc-api.ts';
import { askingArc, CLUSTER_ARN, seconds, setRules, startArc, untilStatus, wake } from './arc-scenario.ts';
import { poolNamed, recordOf, THREE, TWO, untilZones, zonesOf } from './scenario.ts';

/** Whatever ARC answers, no zone is given back that it did not say is well. The tests go on from each other. */

const SHIFTED = 'use1-az1';
const TOLD = 'use1-az6';

let arc: ArcApi;
let installation: Installation;
let pid: number;

beforeAll(async () => {
  arc = await startArc();
  arc.model.startZonalShift(CLUSTER_ARN, SHIFTED, seconds());
  installation = await install({ watcherArgs: askingArc(arc) });
  pid = installation.watcher.pid;
  await setRules(installation, 'grace: 10s');
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await untilZones(installation, 'web', [inZones(...TWO)]);
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

const zoneNow = async (): Promise<string> => (await recordOf(installation))[SHIFTED] ?? '';

async function expectAway(): Promise<void> {
  expect(await zoneNow()).toContain('state: impaired');
  expect(zonesOf(await poolNamed(installation, 'web'))).toEqual([inZones(...TWO)]);
}

const untilTrouble = (trouble: string) =>
  untilStatus(installation.watcherOpsUrl, `every answer is ${trouble}`, ({ arc: asked }) => {
    const { at: _, ...answers } = asked?.lastLook ?? {};
    return Object.values(answers).every((answer) => answer?.trouble === trouble);
  });

describe('nothing is given back', () => {
  it('by one empty answer', async () => {
    for (const operation of ['ListAutoshifts', 'ListZonalShifts', 'GetManagedResource'] as const)
      arc.misbehave(operation, 'empty', 1);
    await wake(installation);
    await until('the watcher has noticed', async () => (await zoneNow()).includes('absentSince'));
    await expectAway();
    await until('ARC lists it again', async () => !(await zoneNow()).includes('absentSince'));
    await expectAway();
  });

  it.each([
    ['throttled', 'throttled'],
    ['internal', 'unavailable'],
    ['malformed', 'unreadable'],
  ] as const)('by answers that are %s', async (fault, trouble) => {
    const before = await recordOf(installation);
    arc.misbehave('all', fault);
    await wake(installation);
    const { mode } = await untilTrouble(trouble);
    expect(mode).toBe('full');
    expect(await recordOf(installation)).toEqual(before);
    await expectAway();
    arc.heal();
  });
});

describe('while ARC denies every question', () => {
  const scrapedMode = async (mode: string) =>
    (await scrape(installation.watcherOpsUrl)).sum('zonewarden_watcher_mode', { mode });

  it('events alone begin and end a shift, and what ARC had told of stays', async () => {
    arc.misbehave('all', 'denied');
    await wake(installation);
    await untilStatus(installation.watcherOpsUrl, 'events-only', ({ mode }) => mode === 'events-only');
    expect(await scrapedMode('events-only')).toBe(1);
    expect(await scrapedMode('full')).toBe(0);

    const at = Date.now();
    await installation.queue.send(autoshiftEvent('Autoshift In Progress', TOLD, new Date(at)));
    await untilZones(installation, 'web', [inZones('us-east-1b')]);
    await installation.queue.send(autoshiftEvent('Autoshift Completed', TOLD, new Date(at + 1000)));
    await untilZones(installation, 'web', [inZones(...TWO)]);
    await expectAway();
  });

  it('it is asked again, and believed again once it answers', async () => {
    arc.heal();
    await wake(installation);
    await untilStatus(installation.watcherOpsUrl, 'full', ({ mode }) => mode === 'full');
    expect(await scrapedMode('full')).toBe(1);
    await expectAway();
  });

  it('the watcher has never ended', () => {
    expect(installation.watcher.isRunning()).toBe(true);
    expect(installation.watcher.pid).toBe(pid);
    expect(installation.watcher.lines().filter(({ level }) => level === 'fatal')).toEqual([]);
  });
});
