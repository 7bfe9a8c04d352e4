import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../../shared/record/record-document.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import type { ArcApi } from '../../standins/arc-api.ts';
import { askingArc, CLUSTER_ARN, seconds, startArc } from './arc-scenario.ts';
import { AWAY, poolNamed, recordOf, THREE, TWO, untilZones, zonesOf } from './scenario.ts';

/** A zonal shift that ARC has, a NodePool that it took a zone from, and a record that somebody harms. */

const at = { namespace: 'zonewarden', name: RECORD_NAME };

let arc: ArcApi;
let installation: Installation;

beforeAll(async () => {
  arc = await startArc();
  arc.model.startZonalShift(CLUSTER_ARN, AWAY.id, seconds());
  installation = await install({ watcherArgs: askingArc(arc) });
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await untilZones(installation, 'web', [inZones(...TWO)]);
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

async function touched(value: string): Promise<KubeObject> {
  await installation.controlPlane.kubectl(['label', 'nodepool', 'web', `touched=${value}`, '--overwrite']);
  return poolNamed(installation, 'web');
}

const isAway = async () => (await recordOf(installation))[AWAY.id]?.includes('state: impaired') === true;

it('from ARC, when it was deleted while no watcher ran; the NodePool keeps its healthy zones all the time', async () => {
  const { client, watcher } = installation;
  await watcher.stop();
  await client.delete(resources.configMaps, at);
  const before = await touched('without-a-record');
  expect(zonesOf(before)).toEqual([inZones(...TWO)]);

  await watcher.start();
  await until('the record has the zone', isAway);
  // No empty record was there first.
  const created = watcher.lines().filter(({ how }) => how === 'created');
  expect(created.at(-1)?.zones).toMatchObject([{ id: AWAY.id, state: 'impaired' }]);
  const after = await touched('with-a-new-record');
  expect(zonesOf(after)).toEqual([inZones(...TWO)]);
  // Every change of what it asks for counts here: it was not given back in between either.
  expect(after.metadata.generation).toBe(before.metadata.generation);
});

it('when an entry was garbled by hand: what the person wrote is kept aside', async () => {
  const { client } = installation;
  const before = (await poolNamed(installation, 'web')).metadata.generation;
  const body = { data: { [AWAY.id]: 'state: [not, yaml' } };
  await client.patch(resources.configMaps, at, { kind: 'merge', body });
  await until('the entry is mended', isAway);
  const record = await recordOf(installation);
  expect(record[`${AWAY.id}.unreadable`]).toBe('state: [not, yaml');
  const after = await touched('with-a-mended-record');
  expect(zonesOf(after)).toEqual([inZones(...TWO)]);
  expect(after.metadata.generation).toBe(before);
});
