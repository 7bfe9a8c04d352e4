import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { poolNamed, recordOf, shiftAway, THREE, TWO, untilZones, zonesOf } from '../product/scenario.ts';
import { askDirectly } from './asked-directly.ts';
import { compactEverythingSeen } from './etcd-compaction.ts';

/**
 * etcd and API server are stopped for a while and started again, while the webhook and the watcher run. In the second
 * case etcd forgets every revision that they have seen, so that no watch can go on where it was.
 */

/**
 * How long the outage is, at the least: it goes on until the Lease is lost, an event has come that cannot be written, and
 * every watch has failed. `.ci/run` makes it a minute, in which each of them has failed often (`npm run test:outage`).
 */
const OUTAGE_MS = Number(process.env.ZONEWARDEN_OUTAGE_SECONDS ?? 10) * 1000;
/** The leader gives it up after two thirds of this without an API server. */
const LEASE = ['--lease-duration', '6s'];
/** Twice an installation and twice a minute side by side; on a machine that is busy with other things, several times that. */
const LIMIT_MS = 400_000;
/** For what is tried again after a back-off: 5 s for the record, up to 60 s for a message of the queue. */
const BACK_MS = 60_000;
const FIRST = 'use1-az1';
/** us-east-1b: it goes away while nobody can write that down. */
const SECOND = 'use1-az4';
const WEBHOOK_TROUBLE = 'zonewarden_record_problems_total';
const WATCHER_TROUBLE = 'zonewarden_watcher_problems_total';

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.text();
  return response.status;
}

async function stopControlPlane({ controlPlane }: Installation, compacted: boolean): Promise<void> {
  await controlPlane.halt('apiServer');
  if (compacted) await compactEverythingSeen(controlPlane);
  await controlPlane.halt('etcd');
}

/** What holds while nobody can be asked, up to the end of the outage. */
async function spendOutage(installation: Installation, beganAt: number): Promise<void> {
  const { webhookOpsUrl, watcherOpsUrl, queue } = installation;
  await until('the leader has given up its Lease', async () => {
    return (await scrape(watcherOpsUrl)).sum('zonewarden_leader') === 0;
  });
  await queue.send(autoshiftEvent('Autoshift In Progress', SECOND, new Date(beganAt + 2_000)));
  await until(
    'the watcher cannot write the record',
    async () => {
      return (await scrape(watcherOpsUrl)).sum(WATCHER_TROUBLE, { part: 'queue-apply' }) > 0;
    },
    BACK_MS,
  );
  await until('the webhook tells of trouble', async () => {
    return (await scrape(webhookOpsUrl)).sum(WEBHOOK_TROUBLE, { kind: 'watch' }) > 0;
  });
  await wait(Math.max(0, beganAt + OUTAGE_MS - Date.now()));
  for (const path of ['/healthz', '/readyz'])
    for (const opsUrl of [webhookOpsUrl, watcherOpsUrl]) expect(await statusOf(`${opsUrl}${path}`)).toBe(200);
}

async function expectRecovered(installation: Installation, resumedAt: Date): Promise<void> {
  const { client, webhookOpsUrl, watcherOpsUrl } = installation;
  await until(
    'the record has both zones',
    async () => {
      const zones = Object.keys(await recordOf(installation)).sort();
      return JSON.stringify(zones) === JSON.stringify([FIRST, SECOND]);
    },
    BACK_MS,
  );
  await until(
    'the Lease is taken again',
    async () => {
      const lease = await client.get(resources.leases, {
        namespace: 'zonewarden',
        name: 'zonewarden-watcher',
      });
      const { holderIdentity, renewTime } = lease.spec as { holderIdentity?: string; renewTime?: string };
      return holderIdentity === 'watcher' && new Date(renewTime ?? 0) > resumedAt;
    },
    BACK_MS,
  );
  await until(
    'the webhook enforces both zones',
    async () => {
      return (await scrape(webhookOpsUrl)).sum('zonewarden_zone_impaired') === 2;
    },
    BACK_MS,
  );
  console.log(`enforced ${Date.now() - resumedAt.getTime()} ms after the API server served again`);
  await untilZones(installation, 'before', [inZones('us-east-1c')]);
  await client.create(resources.nodePools, nodePool('after', [inZones(...THREE)]));
  expect(zonesOf(await poolNamed(installation, 'after'))).toEqual([inZones('us-east-1c')]);
  const [webhook, watcher] = [await scrape(webhookOpsUrl), await scrape(watcherOpsUrl)];
  expect(watcher.sum('zonewarden_leader')).toBe(1);
  expect(watcher.sum('zonewarden_zone_impaired')).toBe(2);
  expect(webhook.sum('zonewarden_impaired_set_generation')).toBe(
    watcher.sum('zonewarden_impaired_set_generation'),
  );
  await until(
    'no message is left',
    async () => {
      const { visible, inFlight, dead } = await installation.queue.depth();
      expect(dead).toBe(0);
      return visible + inFlight === 0;
    },
    BACK_MS,
  );
}

describe.concurrent('etcd and API server are stopped', () => {
  it.each([
    ['and started again', false],
    ['and have forgotten what they told before', true],
  ])(
    '%s: webhook and watcher go on by themselves',
    async (_, compacted) => {
      const installation = await install({ watcherArgs: LEASE });
      try {
        const { client, webhook, watcher, webhookOpsUrl } = installation;
        await client.create(resources.nodePools, nodePool('before', [inZones(...THREE)]));
        await shiftAway(installation, FIRST);
        await untilZones(installation, 'before', [inZones(...TWO)]);
        const asked = await askDirectly(client, installation.webhookUrl);
        const pids = [webhook.pid, watcher.pid];
        const pruned = await asked.nodeClaimFor(...THREE);
        expect(JSON.stringify(pruned)).toContain(JSON.stringify(TWO));
        expect((await scrape(webhookOpsUrl)).sum(WEBHOOK_TROUBLE)).toBe(0);

        const beganAt = Date.now();
        await stopControlPlane(installation, compacted);
        await spendOutage(installation, beganAt);
        // Whoever reaches the webhook is answered by the last good record.
        expect(await asked.nodeClaimFor(...THREE)).toEqual(pruned);
        asked.close();
        await installation.controlPlane.resume();
        await expectRecovered(installation, new Date());

        if (compacted) expect((await scrape(webhookOpsUrl)).sum(WEBHOOK_TROUBLE, { kind: 'gone' })).toBe(1);
        expect([webhook.isRunning(), watcher.isRunning()]).toEqual([true, true]);
        expect([webhook.pid, watcher.pid]).toEqual(pids);
        expect(
          [webhook, watcher].flatMap((one) => one.lines().filter(({ level }) => level === 'fatal')),
        ).toEqual([]);
      } finally {
        await installation.stop();
      }
    },
    LIMIT_MS,
  );
});
