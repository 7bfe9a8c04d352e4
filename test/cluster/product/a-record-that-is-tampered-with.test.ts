import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { GENERATION_ANNOTATION, RECORD_NAME } from '../../../shared/record/record-document.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import {
  AWAY,
  poolNamed,
  recordOf,
  shiftAway,
  shiftBack,
  THREE,
  TWO,
  untilZones,
  zonesOf,
} from './scenario.ts';

let installation: Installation;
const at = { namespace: 'zonewarden', name: RECORD_NAME };

beforeAll(async () => {
  installation = await install();
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
});
afterAll(() => installation?.stop());

async function generation(): Promise<number> {
  const record = await installation.client.get(resources.configMaps, at);
  return Number(record.metadata.annotations?.[GENERATION_ANNOTATION]);
}

describe('the ConfigMap of impaired zones', () => {
  it('is written again as it was when somebody deletes it, above the generation that NodePools name', async () => {
    const before = await generation();
    await installation.client.delete(resources.configMaps, at);
    await until('the record is back', async () => (await recordOf(installation))[AWAY.id] !== undefined);
    expect(await generation()).toBeGreaterThan(before);
    await installation.controlPlane.kubectl(['label', 'nodepool', 'web', 'touched=1']);
    expect(zonesOf(await poolNamed(installation, 'web'))).toEqual([inZones(...TWO)]);
  });

  it('keeps zones impaired when it is edited into something unreadable, says so, and is mended with the text kept aside', async () => {
    const body = { data: { [AWAY.id]: 'state: [not, yaml' } };
    await installation.client.patch(resources.configMaps, at, { kind: 'merge', body });
    await until('the webhook says so', async () => {
      const { sum } = await scrape(installation.webhookOpsUrl);
      return sum('zonewarden_record_problems_total', { kind: 'parse' }) > 0;
    });
    await installation.controlPlane.kubectl(['label', 'nodepool', 'web', 'touched=2', '--overwrite']);
    expect(zonesOf(await poolNamed(installation, 'web'))).toEqual([inZones(...TWO)]);
    await until('the record is mended', async () =>
      (await recordOf(installation))[AWAY.id]?.includes('impaired'),
    );
    expect((await recordOf(installation))[`${AWAY.id}.unreadable`]).toBe('state: [not, yaml');
    await shiftBack(installation);
    await untilZones(installation, 'web', [inZones(...THREE)]);
  });

  it('does not restore anything in a webhook that has not read it', async () => {
    await shiftAway(installation);
    await untilZones(installation, 'web', [inZones(...TWO)]);
    // Nobody writes it again while the watcher is away, and a webhook that starts now knows nothing.
    await installation.watcher.stop('SIGKILL');
    await installation.client.delete(resources.configMaps, at);
    await installation.webhook.stop('SIGKILL');
    await installation.webhook.start();
    const ready = await fetch(`${installation.webhookOpsUrl}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain(RECORD_NAME);
    const write = await installation.controlPlane.kubectl(
      ['label', 'nodepool', 'web', 'touched=3', '--overwrite'],
      {
        allowFailure: true,
      },
    );
    expect(write.code).not.toBe(0);
    expect(zonesOf(await poolNamed(installation, 'web'))).toEqual([inZones(...TWO)]);
  });
});
