import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import type { ArcApi } from '../../standins/arc-api.ts';
import {
  afterALook,
  askingArc,
  CLUSTER_ARN,
  seconds,
  setRules,
  startArc,
  untilStatus,
  untilZoneEvent,
} from './arc-scenario.ts';
import { recordOf, THREE, TWO, untilZones } from './scenario.ts';

/** What no event tells of: ARC's API is the truth about shifts. The tests go on from each other. */

const SHIFTED = 'use1-az1';
const AUTOSHIFTED = 'use1-az6';
const REHEARSED = 'use1-az4';

let arc: ArcApi;
let installation: Installation;
let shiftId: string;

beforeAll(async () => {
  arc = await startArc();
  // All of it began before the watcher was there.
  const { model } = arc;
  shiftId = model.startZonalShift(CLUSTER_ARN, SHIFTED, seconds() - 600).zonalShiftId;
  model.startZonalShift(CLUSTER_ARN, REHEARSED, seconds() - 60, { shiftType: 'PRACTICE_RUN' });
  model.startZonalShift(CLUSTER_ARN, REHEARSED, seconds() - 30, { appliedStatus: 'NOT_APPLIED' });
  installation = await install({ watcherArgs: askingArc(arc) });
  await setRules(installation, 'grace: 10s');
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

const zoneNow = async (id: string): Promise<string> => (await recordOf(installation))[id] ?? '';

describe('without any event', () => {
  it('a zonal shift of this cluster makes its zone impaired', async () => {
    await untilZones(installation, 'web', [inZones(...TWO)]);
    const zone = await zoneNow(SHIFTED);
    expect(zone).toContain('state: impaired');
    expect(zone).toContain(`id: arc/${shiftId}`);
    expect(await untilZoneEvent(installation, 'ZoneImpaired', SHIFTED)).toContain('zonal-shift since');
  });

  it('a practice run, and a shift that ARC does not apply, are written down and change no NodePool', async () => {
    const { value } = await until('the zone is in the record', async () => {
      const text = await zoneNow(REHEARSED);
      return text === '' ? undefined : text;
    });
    expect(value).toContain('state: recorded');
    expect(value).toMatch(/kind: practice-run[\s\S]*standing: recorded/);
    expect(value).toContain('standing: not-applied');
    await untilZones(installation, 'web', [inZones(...TWO)]);
  });

  it('the status page says what ARC answered, and by what the truth is known', async () => {
    const status = await untilStatus(installation.watcherOpsUrl, 'ARC answered', ({ arc: asked }) =>
      Object.values(asked?.lastLook ?? {}).every((one) => one !== null),
    );
    expect(status).toMatchObject({ mode: 'full', leading: true, arc: { notAnswering: [] } });
    expect(JSON.stringify(status.arc?.lastLook?.getManagedResource?.answered)).toContain(shiftId);
    expect(status.record?.zones).toMatchObject([
      { id: SHIFTED, state: 'impaired' },
      { id: REHEARSED, state: 'recorded' },
    ]);
    expect(status.guard.heldBack).toEqual([]);
  });

  it('an autoshift of the Region makes its zone impaired', async () => {
    arc.model.startAutoshift(AUTOSHIFTED, seconds());
    await afterALook(installation, arc);
    await untilZones(installation, 'web', [inZones('us-east-1b')]);
    expect(await untilZoneEvent(installation, 'ZoneImpaired', AUTOSHIFTED)).toContain('autoshift since');
  });
});

describe('an end that no event tells of', () => {
  it('gives the zones back after the grace period, also where an event had told of the beginning', async () => {
    await installation.queue.send(autoshiftEvent('Autoshift In Progress', AUTOSHIFTED));
    const { model } = arc;
    model.endAutoshift(AUTOSHIFTED, seconds());
    model.endZonalShift(shiftId);
    await afterALook(installation, arc);
    await untilZones(installation, 'web', [inZones(...THREE)]);
    await until('what is left is what counts for nothing', async () => {
      const record = await recordOf(installation);
      return Object.keys(record).join() === REHEARSED;
    });
    for (const zone of [SHIFTED, AUTOSHIFTED]) await untilZoneEvent(installation, 'ZoneRecovered', zone);
  });
});
