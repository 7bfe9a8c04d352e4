import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { decodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { createNodeClass } from '../../installation/node-class.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import type { ArcApi } from '../../standins/arc-api.ts';
import {
  afterALook,
  askingArc,
  seconds,
  startArc,
  statusOf,
  untilStatus,
  untilZoneEvent,
} from './arc-scenario.ts';
import { createNode, nodeStates } from './cordon-scenario.ts';
import { poolNamed, recordOf, untilZones, zonesOf } from './scenario.ts';

/**
 * A Region has six zones, and this cluster uses three of them. What AWS says of the fourth concerns nobody here, until the
 * cluster uses it. The tests go on from each other.
 */

const THREE = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1d', 'use1-az4': 'us-east-1b' };
const FOURTH = 'use1-az3';
const FIFTH = 'use1-az5';
const NOT_THE_FOURTH = { key: 'topology.k8s.aws/zone-id', operator: 'NotIn', values: [FOURTH] };
const POOLS = ['any', 'listed'];

let arc: ArcApi;
let installation: Installation;
/** Of the watcher that leads. */
let opsUrl: string;
let before: readonly unknown[];

const stored = async () =>
  Promise.all(POOLS.map(async (name) => (await poolNamed(installation, name)).metadata.resourceVersion));
const zone = async () => (await recordOf(installation))[FOURTH] ?? '';
const untilZone = (text: string) =>
  until(`the record says ${text}`, async () => (await zone()).includes(text));
const recordMetadata = async () => {
  const at = { namespace: 'zonewarden', name: RECORD_NAME };
  return (await installation.client.get(resources.configMaps, at)).metadata;
};
const generation = async () => (await recordMetadata()).annotations?.['zonewarden.io/generation'];

beforeAll(async () => {
  arc = await startArc();
  installation = await install({ zones: THREE, watcherArgs: askingArc(arc) });
  opsUrl = installation.watcherOpsUrl;
  const { client } = installation;
  await client.create(resources.nodePools, nodePool('any', []));
  await client.create(resources.nodePools, nodePool('listed', [inZones('us-east-1a', 'us-east-1b')]));
  await createNode(installation, 'n-1');
  await until('the watcher knows what the cluster uses', async () => {
    const { reach } = (await statusOf(opsUrl)) as { reach?: { known?: boolean } };
    return reach?.known === true;
  });
  before = await stored();
});
afterAll(async () => {
  await installation?.stop();
  await arc?.stop();
});

describe('an autoshift of a zone in which the cluster has nothing', () => {
  it('is in the record, with why it concerns nobody', async () => {
    const was = await generation();
    arc.model.startAutoshift(FOURTH, seconds());
    await installation.queue.send(autoshiftEvent('Autoshift In Progress', FOURTH));
    await untilZone('use: elsewhere');
    await afterALook(installation, arc);
    await untilZone('id: arc/autoshift/region');
    expect(await zone()).toContain('why: no subnet, Node, NodeClaim or NodePool of this cluster is there');
    expect(await untilZoneEvent(installation, 'ZoneElsewhere', FOURTH)).toContain('nothing is changed');
    expect(await generation()).toBe(was);
  });

  it('changes no NodePool, freezes nothing and cordons nothing', async () => {
    await afterALook(installation, arc);
    expect(await stored()).toEqual(before);
    expect(await nodeStates(installation)).toEqual({ 'n-1': 'open' });
    const again = await installation.client.create(resources.nodePools, nodePool('new', []));
    expect([zonesOf(again), again.metadata.annotations]).toEqual([[], undefined]);
  });

  it('is shown by the status page and the metrics', async () => {
    const status = await statusOf(opsUrl);
    expect(status.record?.zones).toMatchObject([{ id: FOURTH, state: 'elsewhere' }]);
    expect(status.guard.heldBack).toEqual([]);
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toContain(`zonewarden_zone_use{zone_id="${FOURTH}",zone="",use="elsewhere"} 1`);
    expect(metrics).not.toContain('zonewarden_zone_impaired{');
  });
});

describe('a NodePool that names a zone of which nobody knows whether it is that one', () => {
  const named = nodePool('named', [inZones('us-east-1a', 'us-east-1c')]);

  it('is kept out of it in the same write, and all others follow for want of knowledge', async () => {
    const created = await installation.client.create(resources.nodePools, named);
    expect(zonesOf(created)).toEqual([inZones('us-east-1a', 'us-east-1c'), NOT_THE_FOURTH]);
    await untilZone('use: unknown');
    expect(await zone()).toContain('NodePool named names it as us-east-1c, and nobody knows the ID of that');
    await untilZones(installation, 'any', [NOT_THE_FOURTH]);
  });

  it('gives the zone back when it names it no more', async () => {
    await installation.client.delete(resources.nodePools, { name: 'named' });
    await untilZones(installation, 'any', []);
    await untilZone('use: elsewhere');
    await until('nothing of it is left in a NodePool', async () => {
      const { metadata } = await poolNamed(installation, 'any');
      return metadata.annotations?.['zonewarden.io/declared'] === undefined;
    });
    await untilZone('state: recorded');
  });
});

describe('a subnet of the zone', () => {
  it('makes it impaired, with no other event, and it stays so without the subnet', async () => {
    await createNodeClass(installation.client, { ...THREE, [FOURTH]: 'us-east-1c' });
    await untilZone('use: used');
    expect(await zone()).toMatch(/state: impaired[\s\S]*why: EC2NodeClass default has a subnet there/);
    const out = { key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: ['us-east-1c'] };
    await untilZones(installation, 'any', [out]);
    await createNodeClass(installation.client, THREE);
    await afterALook(installation, arc);
    await untilZones(installation, 'any', [out]);
    expect(await zone()).toContain('state: impaired');
    expect(zonesOf(await poolNamed(installation, 'listed'))).toEqual([inZones('us-east-1a', 'us-east-1b')]);
    expect(await nodeStates(installation)).toEqual({ 'n-1': 'open' });
  });

  it('leaves nothing behind when the shift is over', async () => {
    arc.model.endAutoshift(FOURTH, seconds());
    await installation.queue.send(autoshiftEvent('Autoshift Completed', FOURTH, new Date(Date.now() + 1000)));
    await untilZones(installation, 'any', []);
    await until('the zone is out of the record', async () => (await zone()) === '');
  });
});

it('a zone elsewhere stays so under a new leader, which has yet to read what the cluster uses', async () => {
  arc.model.startAutoshift(FIFTH, seconds());
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', FIFTH));
  await until('it is elsewhere', async () =>
    (await recordOf(installation))[FIFTH]?.includes('use: elsewhere'),
  );
  const was = await stored();
  const second = await installation.addWatcher('second', askingArc(arc));
  await installation.watcher.stop();
  opsUrl = second.opsUrl;
  await untilStatus(opsUrl, 'the second leads', ({ leading }) => leading);
  // What the cluster uses more now can be in the record only once the new leader has read all of it.
  await createNodeClass(installation.client, { ...THREE, 'use1-az6': 'us-east-1c' });
  await until('the new leader has looked', async () =>
    (await recordMetadata()).annotations?.['zonewarden.io/reach']?.includes('use1-az6'),
  );
  const { annotations, data } = { ...(await recordMetadata()), data: await recordOf(installation) };
  const { history = [] } = decodeRecord({ annotations, data }).record;
  expect(history.filter(({ zoneId }) => zoneId === FIFTH).map(({ to }) => to)).toEqual(['elsewhere']);
  expect(await stored()).toEqual(was);
});
