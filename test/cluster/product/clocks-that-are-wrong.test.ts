import { afterAll, beforeAll, expect, it } from 'vitest';
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
} from './arc-scenario.ts';
import { AWAY, recordOf, THREE, TWO, untilZones } from './scenario.ts';

/**
 * The machine's clock is an hour ahead of ARC's, which checks the time of signatures as AWS does: no request of such a
 * machine is accepted as it is signed first, and shifts seem to be over that are not.
 */

const HOUR_MS = 3_600_000;
const arcNow = () => Date.now() - HOUR_MS;

let arc: ArcApi;
let installation: Installation;

beforeAll(async () => {
  arc = await startArc(arcNow);
  const expiryTime = seconds(arcNow()) + 1800;
  arc.model.startZonalShift(CLUSTER_ARN, AWAY.id, seconds(arcNow()), { expiryTime });
  installation = await install({ watcherArgs: askingArc(arc) });
  await setRules(installation, 'grace: 10s');
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

const untilNow = async (): Promise<number> => {
  const zone = (await recordOf(installation))[AWAY.id] ?? '';
  return Date.parse(/until: (\S+)/.exec(zone)?.[1] ?? '');
};

it('ARC answers all the same, and a shift that it lists is not over because our clock says so', async () => {
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await untilStatus(installation.watcherOpsUrl, 'full', ({ mode }) => mode === 'full');
  expect(arc.requests[0]?.signed).toBe(false);
  expect(await untilNow()).toBeGreaterThan(Date.now());
});

it('its end is put off again, with a minute to spare until the next look, for as long as ARC lists it', async () => {
  await afterALook(installation, arc);
  await until('the end is later than any next look', async () => (await untilNow()) > Date.now() + 60_000);
  expect((await recordOf(installation))[AWAY.id]).toContain('state: impaired');
});
