import { afterAll, beforeAll, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { decodeRecord, encodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import type { ArcApi } from '../../standins/arc-api.ts';
import { askingArc, CLUSTER_ARN, seconds, startArc, wake } from './arc-scenario.ts';

/** The 1,048,576 bytes of a ConfigMap are the API server's; so is how it says that they are exceeded. */

const KIB = 1024;
const at = { namespace: 'zonewarden', name: RECORD_NAME };
let arc: ArcApi;
let installation: Installation;

beforeAll(async () => {
  arc = await startArc();
  installation = await install({ watcherArgs: [...askingArc(arc), '--cordon', 'off'] });
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

async function stored() {
  const { metadata, data } = await installation.client.get(resources.configMaps, at);
  return { annotations: metadata.annotations ?? {}, data: (data ?? {}) as Record<string, string> };
}
const recordNow = async (): Promise<ZoneRecord> => decodeRecord(await stored()).record;
const sourcesOf = (record: ZoneRecord, id: string) =>
  record.zones.find((zone) => zone.id === id)?.sources.map((source) => source.id) ?? [];
const bytesOf = (record: ZoneRecord) => Buffer.byteLength(JSON.stringify(encodeRecord(record)));

/** Fifty resources that are no ARNs, each with a name as long as ARC allows. */
const namesIn = (zone: number) =>
  Array.from({ length: 50 }, (_, index) => `${zone}-${index}-${'x'.repeat(2030)}`);

it('what an earlier version left of forged messages is brought within its room by itself', async () => {
  const since = new Date().toISOString();
  const zones = Array.from({ length: 9 }, (_, zone) => ({
    id: `use1-az${zone}`,
    state: 'impaired' as const,
    sources: namesIn(zone).map((name) => ({ id: `autoshift/${name}`, kind: 'autoshift', since })),
  }));
  const grown = encodeRecord({ generation: 100, zones, ended: {} });
  expect(Buffer.byteLength(JSON.stringify(grown))).toBeGreaterThan(900 * KIB);
  const body = { metadata: { annotations: grown.annotations }, data: grown.data };
  await installation.client.patch(resources.configMaps, at, { kind: 'merge', body });
  await until('it is short', async () => bytesOf(await recordNow()) < 256 * KIB);
  const dropped = await until('it is counted', async () => {
    const sum = (await scrape(installation.watcherOpsUrl)).sum('zonewarden_record_dropped_sources_total');
    return sum > 0 ? sum : undefined;
  });
  expect(dropped.value).toBeGreaterThan(300);
  await until('an Event tells of it', async () => {
    const { items } = await installation.client.list(resources.events, { namespace: 'zonewarden' });
    return items.some((event) => event.reason === 'RecordFull');
  });
});

it('twelve forged messages leave room, and ARC corrects the record', async () => {
  for (let zone = 0; zone < 12; zone += 1) {
    const event = JSON.parse(autoshiftEvent('Autoshift In Progress', `use1-az${zone}`));
    await installation.queue.send(JSON.stringify({ ...event, resources: namesIn(zone) }));
  }
  await until('every message was heard', async () => {
    const { sum } = await scrape(installation.watcherOpsUrl);
    return sum('zonewarden_queue_messages_total', { fate: 'deleted' }) >= 12;
  });
  const record = await recordNow();
  expect(sourcesOf(record, 'use1-az11')).toHaveLength(10);
  expect(bytesOf(record)).toBeLessThanOrEqual(256 * KIB);
  arc.model.startZonalShift(CLUSTER_ARN, 'use1-az1', seconds());
  await wake(installation);
  await until('ARC has its place', async () =>
    sourcesOf(await recordNow(), 'use1-az1').some((id) => id.startsWith('arc/')),
  );
});

it('what others fill in is left alone, and what ARC says is written all the same', async () => {
  const others = { data: { 'others.txt': 'o' } };
  await until('others have next to all of the ConfigMap', async () => {
    const { data } = await stored();
    const taken = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    others.data['others.txt'] += 'o'.repeat(Math.max(0, 1024 * KIB - taken - 50));
    const patch = { kind: 'merge', body: others } as const;
    return installation.client.patch(resources.configMaps, at, patch).then(
      () => true,
      () => undefined,
    );
  });
  arc.model.startZonalShift(CLUSTER_ARN, 'use1-az2', seconds());
  await wake(installation);
  await until('what ARC says is in the record', async () => {
    const record = await recordNow();
    return sourcesOf(record, 'use1-az2').some((id) => id.startsWith('arc/'));
  });
  expect((await stored()).data).toMatchObject(others.data);
});
