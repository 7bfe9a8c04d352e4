import { afterAll, beforeAll, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../../shared/record/record-document.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import type { ArcApi } from '../../standins/arc-api.ts';
import { askingArc, CLUSTER_ARN, seconds, startArc, untilStatus } from './arc-scenario.ts';
import { recordOf, THREE, TWO, untilZones } from './scenario.ts';

/** One installation that loses first its queue and then ARC as well. The tests go on from each other. */

let arc: ArcApi;
let installation: Installation;

beforeAll(async () => {
  arc = await startArc();
  arc.model.startZonalShift(CLUSTER_ARN, 'use1-az1', seconds(), { expiryTime: seconds() + 3600 });
  installation = await install({ withoutQueue: true, watcherArgs: askingArc(arc) });
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

it('without a queue ARC is asked, and its shifts are enforced', async () => {
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await untilStatus(installation.watcherOpsUrl, 'polling-only', ({ mode }) => mode === 'polling-only');
});

it('without ARC as well, a person writes the record, and that is enforced', async () => {
  await installation.watcher.stop();
  const { opsUrl } = await installation.addWatcher('operator-only', [], false);
  await untilStatus(opsUrl, 'operator-only', ({ mode, leading }) => mode === 'operator-only' && leading);
  const at = { namespace: 'zonewarden', name: RECORD_NAME };
  const write = (data: Record<string, string>) =>
    installation.client.patch(resources.configMaps, at, { kind: 'merge', body: { data } });
  const zone = (state: string, ending = '') =>
    `name: us-east-1c\nstate: ${state}\nsources:\n  - id: operator\n    kind: operator\n` +
    `    since: 2026-11-21T04:00:00Z\n    via: operator\n${ending}`;

  // As docs/limits.md has it, with the generation one higher.
  const { metadata } = await installation.client.get(resources.configMaps, at);
  const generation = Number(metadata.annotations?.['zonewarden.io/generation']) + 1;
  await installation.client.patch(resources.configMaps, at, {
    kind: 'merge',
    body: {
      metadata: { annotations: { 'zonewarden.io/generation': String(generation) } },
      data: { 'use1-az6': zone('impaired') },
    },
  });
  await untilZones(installation, 'web', [inZones('us-east-1b')]);
  await write({ 'use1-az6': zone('impaired', '    until: 2026-11-21T04:00:01Z\n') });
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await until(
    'the zone is out of the record',
    async () => (await recordOf(installation))['use1-az6'] === undefined,
  );
});
