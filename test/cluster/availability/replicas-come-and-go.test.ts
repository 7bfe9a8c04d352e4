import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BalancedInstallation, installBehindBalancer } from '../../installation/behind-a-balancer.ts';
import { AWAY, shiftAway } from '../product/scenario.ts';
import { expectNothingLost, underLoad, untilMoreAnswers } from './under-load.ts';

/**
 * Two replicas behind a load balancer, a zone impaired, 50 NodePool writes a second through the API server. The tests go
 * on from each other: each leaves two replicas.
 */

let installation: BalancedInstallation;

beforeAll(async () => {
  installation = await installBehindBalancer();
  await shiftAway(installation);
});
afterAll(() => installation?.stop());

describe('a rolling restart of both replicas', () => {
  it('fails no write and lets no NodePool have the zone', async () => {
    const before = installation.pods();
    expect(before).toHaveLength(2);
    const report = await underLoad(installation, () => installation.rollingRestart());
    expectNothingLost('rolling restart', report);

    const after = installation.pods();
    expect(after).toHaveLength(2);
    expect([...installation.balancer.endpoints()].sort()).toEqual(after.map(({ name }) => name).sort());
    for (const pod of before) {
      expect(pod.process.isRunning()).toBe(false);
      // It ended by itself, in order, and was not killed at the end of its grace.
      expect(pod.process.lines().at(-1)?.message).toBe('stopped');
    }
    for (const pod of after) expect(installation.balancer.connections()[pod.name]).toBeGreaterThan(0);
  });
});

describe('one of the two replicas is killed', () => {
  it('and no NodePool has the zone, and nothing fails once the balancer knows', async () => {
    const [victim, other] = installation.pods();
    if (victim === undefined || other === undefined) throw new Error('there are not two replicas');
    let knownAt = 0;
    const report = await underLoad(installation, async (client) => {
      await victim.process.stop('SIGKILL');
      await installation.balancer.untilOut(victim.name);
      knownAt = performance.now();
      // Two hundred more, all of them by way of the other one.
      await untilMoreAnswers(client, 200);
      // The kubelet starts the container again, in the same pod.
      await victim.process.start();
      await installation.balancer.untilIn(victim.name);
    });
    // A connection that is reset or refused fails the write: the API server does not try again, its client may.
    console.log(`one of two replicas killed, ${AWAY.name} impaired: ${report.text}`);
    expect(report.unpruned).toEqual([]);
    expect(report.storedUnpruned).toEqual([]);
    expect(report.failed.filter(({ sentAt }) => sentAt > knownAt)).toEqual([]);
    expect(report.answers.filter(({ sentAt }) => sentAt > knownAt).length).toBeGreaterThan(200);
    for (const { status, message } of report.failed)
      expect({ status, message }).toEqual({
        status: 500,
        message: expect.stringContaining('failed calling webhook'),
      });
  });
});
