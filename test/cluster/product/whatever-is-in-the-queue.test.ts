import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoshiftEvent } from '../../../demo/events.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { AWAY, recordOf, THREE, TWO, untilZones } from './scenario.ts';

/** Duplicates, pairs out of order, wrapped, foreign and broken messages, all in one queue with the one that counts. */

const OTHER = 'use1-az2';
const CLUSTER_ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
const NEIGHBOUR = 'arn:aws:eks:us-east-1:111122223333:cluster/neighbour';
const STRANGER = '222233334444';
let installation: Installation;

beforeAll(async () => {
  installation = await install({ watcherArgs: ['--cluster-arn', CLUSTER_ARN] });
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
});
afterAll(() => installation?.stop());

function sns(message: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '11111111-2222-3333-4444-555555555555',
    TopicArn: 'arn:aws:sns:us-east-1:111122223333:zonal-shifts',
    Message: message,
    Timestamp: '2026-11-21T04:00:00.000Z',
  });
}

describe('a queue full of everything', () => {
  it('ends in the right record, with each message counted and none lost', async () => {
    const { queue } = installation;
    const at = Date.now();
    const started = (zone: string, seconds: number) =>
      autoshiftEvent('Autoshift In Progress', zone, new Date(at + seconds * 1000));
    const completed = (zone: string, seconds: number) =>
      autoshiftEvent('Autoshift Completed', zone, new Date(at + seconds * 1000));
    const once = started(AWAY.id, 1);
    const practice = once
      .replace('Autoshift In Progress', 'Practice Run Started')
      .replace(AWAY.id, 'use1-az4');
    const foreign = once.replace('aws.arc-zonal-shift', 'aws.ec2');
    const malformed = [
      '{}',
      'null',
      '"text"',
      randomBytes(512)
        .toString('latin1')
        .replaceAll(/[^\x20-\x7e]/g, '?'),
      'x'.repeat(256 * 1024),
    ];
    const bodies = [
      ...malformed,
      foreign,
      practice,
      once,
      once,
      // The end is delivered before its beginning: this zone is not impaired.
      completed(OTHER, 3),
      started(OTHER, 2),
      // SNS wraps; a later announcement of the same shift.
      sns(started(AWAY.id, 4)),
      sns('not an event'),
    ];
    for (const body of bodies) await queue.send(body);

    await untilZones(installation, 'web', [inZones(...TWO)]);
    const metrics = await until('every message is counted', async () => {
      const found = await scrape(installation.watcherOpsUrl);
      const total = found.sum('zonewarden_queue_messages_total');
      return total >= bodies.length ? found : undefined;
    });
    const counted = (labels: Record<string, string>) =>
      metrics.value.sum('zonewarden_queue_messages_total', labels);
    expect(counted({ outcome: 'signals', fate: 'deleted' })).toBe(5);
    expect(counted({ outcome: 'look', fate: 'deleted' })).toBe(1);
    expect(counted({ outcome: 'foreign', fate: 'deleted' })).toBe(1);
    // Unreadable ones stay for SQS to move to the dead-letter queue after maxReceiveCount.
    expect(counted({ outcome: 'malformed', fate: 'redriven' })).toBe(malformed.length + 1);
    expect(metrics.value.sum('zonewarden_signals_total', { outcome: 'duplicate' })).toBe(1);
    expect(metrics.value.sum('zonewarden_signals_total', { outcome: 'superseded' })).toBe(1);
    expect(
      metrics.value.sum('zonewarden_events_total', { type: 'aws.arc-zonal-shift Practice Run Started' }),
    ).toBe(1);

    const record = await recordOf(installation);
    expect(Object.keys(record)).toEqual([AWAY.id]);
    expect(installation.watcher.isRunning()).toBe(true);
    expect((await queue.depth()).inFlight).toBe(malformed.length + 1);

    await queue.send(completed(AWAY.id, 5));
    await untilZones(installation, 'web', [inZones(...THREE)]);
  });

  it('of another Region, another account and another cluster changes nothing, and each is told by name', async () => {
    const { queue, watcher, watcherOpsUrl } = installation;
    const counts = async () => {
      const metrics = await scrape(watcherOpsUrl);
      const kinds = ['region', 'zone', 'account', 'cluster'];
      return kinds.map((kind) => metrics.sum('zonewarden_events_elsewhere_total', { kind }));
    };
    const before = await recordOf(installation);
    const region = autoshiftEvent('Autoshift In Progress', OTHER).replace('us-east-1', 'us-west-2');
    const shiftOf = (resource: string) =>
      autoshiftEvent('Autoshift In Progress', OTHER)
        .replace('Autoshift In Progress', 'Manual Shift Started')
        .replace('[]', JSON.stringify([resource]));
    await queue.send(region);
    await queue.send(sns(region));
    await queue.send(autoshiftEvent('Autoshift In Progress', 'usw2-az1'));
    await queue.send(shiftOf('their-load-balancer').replace('111122223333', STRANGER));
    await queue.send(shiftOf(NEIGHBOUR));
    await until('each is counted', async () => (await counts()).join() === '2,1,1,1');
    // The log is written with a delay.
    const { value: told } = await until('each is told', () => {
      const lines = watcher.lines().filter(({ event }) => event === 'elsewhere');
      return lines.length >= 4 ? lines : undefined;
    });
    expect(told.map(({ level, kind, where }) => `${level} ${kind} ${where}`).sort()).toEqual([
      `info account ${STRANGER}`,
      'info region us-west-2',
      'info zone usw2-az1',
      `warn cluster ${NEIGHBOUR}`,
    ]);
    expect(await recordOf(installation)).toEqual(before);
    const status = await (await fetch(`${watcherOpsUrl}/status`)).json();
    expect(status).toMatchObject({
      home: { region: { is: 'us-east-1' }, account: { is: '111122223333' }, doubts: [] },
      elsewhere: { messages: { region: 2, zone: 1, account: 1, cluster: 1 } },
    });
    expect((await queue.depth()).visible).toBe(0);

    // An autoshift that another account's observer tells of is the same for every account of the Region.
    // It is later than the end that was told above, which lay ahead.
    const later = new Date(Date.now() + 10_000);
    const theirs = autoshiftEvent('Autoshift In Progress', AWAY.id, later);
    await queue.send(theirs.replace('111122223333', STRANGER));
    await untilZones(installation, 'web', [inZones(...TWO)]);
  });
});
