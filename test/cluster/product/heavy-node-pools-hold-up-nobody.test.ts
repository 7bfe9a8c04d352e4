import { afterAll, beforeAll, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type BalancedInstallation, installBehindBalancer } from '../../installation/behind-a-balancer.ts';
import type { Replica } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { THREE, TWO, zonesOf } from './scenario.ts';

/**
 * Ten NodePools of 19,500 zones, stored before the product was there. They kept two watchers from holding a Lease, and every
 * other NodePool open, for as long as the zone was away. Beside them ten that hold as much as is looked at, and somebody
 * who goes on trying to write more. Two watchers, and two webhooks behind a load balancer.
 */

/** The zone that goes is among them: only then was all of each list held against itself. */
const MANY = ['us-east-1a', ...Array.from({ length: 19_499 }, (_, place) => `us-east-1a-${place}`)];
const HEAVY = Array.from({ length: 10 }, (_, place) => `heavy-${place}`);
/** As many values as are looked at, and any zone: what keeps it out of one comes on top. */
const TYPES = {
  key: 'node.kubernetes.io/instance-type',
  operator: 'In',
  values: Array.from({ length: 5000 }, (_, place) => `m${place}.large`),
};
const NOT_AWAY = { key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: ['us-east-1a'] };
const FULL = Array.from({ length: 10 }, (_, place) => `full-${place}`);
const ORDINARY = Array.from({ length: 5 }, (_, place) => `web-${place}`);
/** An API server takes seconds of the processor for each write of one of those. */
const FULL_MS = 120_000;
const WORDS = /requirements\[0\]\.values has 19500 values, and at most 5000 are looked at/;

let installation: BalancedInstallation;
let watchers: readonly Replica[];

beforeAll(async () => {
  installation = await installBehindBalancer({
    async before(client) {
      const create = (name: string, requirement: object) =>
        client.create(resources.nodePools, nodePool(name, [requirement]));
      for (const name of HEAVY) await create(name, inZones(...MANY));
      for (const name of FULL) await create(name, TYPES);
      for (const name of ORDINARY) await create(name, inZones(...THREE));
    },
  });
  const { watcher: process, watcherOpsUrl: opsUrl } = installation;
  watchers = [{ process, opsUrl }, await installation.addWatcher('other-watcher')];
  await until('one of them leads', () => watchers.some((watcher) => leads(watcher) > 0));
});
afterAll(() => installation?.stop());

const said = ({ process }: Replica, words: RegExp) =>
  process.lines().filter((line) => words.test(JSON.stringify(line))).length;
const leads = (watcher: Replica) => said(watcher, /"leading: cordoning/);
const stored = (names: readonly string[]): Promise<KubeObject[]> =>
  Promise.all(names.map((name) => installation.client.get(resources.nodePools, { name })));

const haveZones = (pools: readonly KubeObject[], ...zones: readonly object[]) =>
  pools.every((pool) => JSON.stringify(zonesOf(pool)) === JSON.stringify(zones));
const untilFull = (what: string, ...zones: readonly object[]) =>
  until(what, async () => haveZones(await stored(FULL), ...zones), FULL_MS);

/** Goes on with something until it is told to stop, and returns what each time came of it. */
function againAndAgain<T>(attempt: () => Promise<T>): { stop(): Promise<T[]> } {
  let isOver = false;
  const run = async () => {
    const came: T[] = [];
    while (!isOver) came.push(await attempt());
    return came;
  };
  const running = run();
  return {
    stop() {
      isOver = true;
      return running;
    },
  };
}

/** As a kubelet asks, which ends a container that does not answer in time. */
async function probe({ opsUrl }: Replica): Promise<number | string> {
  return fetch(`${opsUrl}/healthz`, { signal: AbortSignal.timeout(5000) }).then(
    async (response) => {
      await response.text();
      return response.status;
    },
    (error: unknown) => String(error),
  );
}

it('every ordinary NodePool is kept out of a zone that goes, and nobody loses the Lease', async () => {
  const all = [...watchers, ...installation.pods()];
  expect(installation.pods()).toHaveLength(2);
  const probing = all.map((one) => againAndAgain(() => probe(one)));
  const trying = againAndAgain(() =>
    installation.client
      .create(resources.nodePools, nodePool('more', [inZones(...MANY)]), { dryRun: true })
      .then(
        () => 'stored',
        (error: unknown) => (error instanceof KubeError ? error.message : 'failed'),
      ),
  );
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', 'use1-az1'));
  const { ms } = await until('the ordinary NodePools are pruned', async () =>
    haveZones(await stored(ORDINARY), inZones(...TWO)),
  );
  console.log(`beside ten NodePools of 19,500 zones: all others kept out in ${Math.round(ms)} ms`);
  await untilFull('those that are within the bounds are kept out as well', NOT_AWAY);
  for (const probes of await Promise.all(probing.map(({ stop }) => stop())))
    expect(new Set(probes)).toEqual(new Set([200]));
  const attempts = await trying.stop();
  expect(attempts.filter((message) => !WORDS.test(message))).toEqual([]);
  expect(watchers.map((watcher) => said(watcher, /not leading any more|lease-lost/))).toEqual([0, 0]);
  expect(watchers.reduce((sum, watcher) => sum + leads(watcher), 0)).toBe(1);
});

it('each is told by its name, and counted', async () => {
  const leader = watchers.find((watcher) => leads(watcher) > 0);
  for (const name of HEAVY) {
    const told = new RegExp(`NodePool ${name} is not looked at: .*19500 values`);
    expect(leader === undefined ? 0 : said(leader, told)).toBeGreaterThan(0);
  }
  const page: unknown = await (await fetch(`${leader?.opsUrl}/status`)).json();
  expect(page).toMatchObject({ unjudgeableNodePools: HEAVY });
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

it('a NodePool that is as full as it may be is given back whole', async () => {
  await installation.queue.send(
    autoshiftEvent('Autoshift Completed', 'use1-az1', new Date(Date.now() + 1000)),
  );
  await untilFull('they have their zone again');
});
