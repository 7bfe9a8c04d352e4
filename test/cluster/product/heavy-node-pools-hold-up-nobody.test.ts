import { afterAll, beforeAll, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import type { ProductProcess } from '../../installation/product-process.ts';
import { until } from '../../installation/until.ts';
import { THREE, TWO, zonesOf } from './scenario.ts';

/**
 * Ten NodePools of 19,500 zones, stored before the product was there. They kept two watchers from holding a Lease, and every
 * other NodePool open, for as long as the zone was away.
 */

const MANY = Array.from({ length: 19_500 }, (_, place) => `us-east-1a-${place}`);
const HEAVY = Array.from({ length: 10 }, (_, place) => `heavy-${place}`);
const ORDINARY = Array.from({ length: 5 }, (_, place) => `web-${place}`);
const WORDS = /requirements\[0\]\.values has 19500 values, and at most 5000 are looked at/;

let controlPlane: ControlPlane;
let installation: Installation;
let watchers: readonly ProductProcess[];

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await installKarpenterCrds(controlPlane);
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
    userAgent: 'test',
  });
  for (const name of HEAVY) await client.create(resources.nodePools, nodePool(name, [inZones(...MANY)]));
  for (const name of ORDINARY) await client.create(resources.nodePools, nodePool(name, [inZones(...THREE)]));
  client.close();
  installation = await install({ controlPlane });
  const other = await installation.addWatcher('other-watcher');
  watchers = [installation.watcher, other.process];
  await until('one of them leads', () => watchers.some((watcher) => leads(watcher) > 0));
});
afterAll(async () => {
  await installation?.stop();
  await controlPlane?.stop();
});

const said = (watcher: ProductProcess, words: RegExp) =>
  watcher.lines().filter((line) => words.test(JSON.stringify(line))).length;
const leads = (watcher: ProductProcess) => said(watcher, /"leading: cordoning/);

it('every ordinary NodePool is kept out of a zone that goes, and nobody loses the Lease', async () => {
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', 'use1-az1'));
  await until('the ordinary NodePools are pruned', async () => {
    const pools = await Promise.all(
      ORDINARY.map((name) => installation.client.get(resources.nodePools, { name })),
    );
    return pools.every((pool) => JSON.stringify(zonesOf(pool)) === JSON.stringify([inZones(...TWO)]));
  });
  expect(watchers.map((watcher) => said(watcher, /not leading any more|lease-lost/))).toEqual([0, 0]);
  expect(watchers.reduce((sum, watcher) => sum + leads(watcher), 0)).toBe(1);
});

it('each is told by its name, and counted', async () => {
  const leader = watchers.find((watcher) => leads(watcher) > 0);
  for (const name of HEAVY) {
    const told = new RegExp(`NodePool ${name} is not looked at: .*19500 values`);
    expect(leader === undefined ? 0 : said(leader, told)).toBeGreaterThan(0);
  }
  const pages = await Promise.all(
    [installation.watcherOpsUrl].map(async (url) => (await fetch(`${url}/status`)).json()),
  );
  expect(pages).toEqual([expect.objectContaining({ unjudgeableNodePools: HEAVY })]);
});

it('labels of one can be changed, its spec cannot, and it can be mended', async () => {
  const { client } = installation;
  const patch = (name: string, body: object) =>
    client.patch(resources.nodePools, { name }, { kind: 'merge', body });
  await patch('heavy-0', { metadata: { labels: { team: 'web' } } });
  await expect(patch('heavy-0', { spec: { weight: 7 } })).rejects.toThrow(WORDS);
  await expect(client.create(resources.nodePools, nodePool('another', [inZones(...MANY)]))).rejects.toThrow(
    WORDS,
  );
  const mended = await patch('heavy-1', {
    spec: { template: { spec: { requirements: [inZones(...THREE)] } } },
  });
  expect(zonesOf(mended)).toEqual([inZones(...TWO)]);
  await client.delete(resources.nodePools, { name: 'heavy-2' });
});
