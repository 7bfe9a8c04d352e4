import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { untilStatus, untilZoneEvent } from './arc-scenario.ts';
import { createNode, ELSEWHERE, IN_ZONE } from './cordon-scenario.ts';
import { AWAY, recordOf, shiftAway, shiftBack, untilZones } from './scenario.ts';

/** A cluster in two zones, of which both are shifted away from, one after the other. */

const SECOND = { id: 'use1-az4', name: 'us-east-1b' };
const BOTH = [AWAY.name, SECOND.name];

let installation: Installation;

beforeAll(async () => {
  installation = await install({ zones: { [AWAY.id]: AWAY.name, [SECOND.id]: SECOND.name } });
  await createNode(installation, 'one', IN_ZONE);
  await createNode(installation, 'other', ELSEWHERE);
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...BOTH)]));
  await untilStatus(
    installation.watcherOpsUrl,
    'both zones are known to be used',
    ({ guard }) => Object.keys(guard.usedZones ?? {}).length === 2 && guard.maxImpairedZones === 1,
  );
});
afterAll(() => installation?.stop());

const heldBack = async () => (await scrape(installation.watcherOpsUrl)).sum('zonewarden_zones_held_back');

it('the second is held back and everybody can see it; when the first ends, the second takes effect', async () => {
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(SECOND.name)]);

  await shiftAway(installation, SECOND.id);
  expect((await recordOf(installation))[SECOND.id]).toContain('state: held');
  expect(await untilZoneEvent(installation, 'ZoneHeldBack', SECOND.id)).toContain('maxImpairedZones');
  const { guard } = await untilStatus(
    installation.watcherOpsUrl,
    'one zone is held back',
    (status) => status.guard.heldBack.length === 1,
  );
  expect(guard).toMatchObject({ heldBack: [SECOND.id], maxImpairedZones: 1 });
  expect(await heldBack()).toBe(1);
  await untilZones(installation, 'web', [inZones(SECOND.name)]);

  await shiftBack(installation);
  await untilZones(installation, 'web', [inZones(AWAY.name)]);
  expect((await recordOf(installation))[SECOND.id]).toContain('state: impaired');
  expect(await heldBack()).toBe(0);

  await shiftBack(installation, SECOND.id);
  await untilZones(installation, 'web', [inZones(...BOTH)]);
});
