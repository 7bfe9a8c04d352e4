import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Orders } from '../../../shared/record/orders.ts';
import { away, NodePoolsInMemory, nodePool } from '../settle/node-pools-in-memory.ts';
import { recordOf } from './record-in-memory.ts';
import { clean, settling } from './settling.ts';

const NONE: Orders = { generation: 2, zones: [] };

/** On a clock that only the test moves. */
function useClock(): void {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('the settler', () => {
  it('gives a zone back not before the webhook does, five seconds later', async () => {
    useClock();
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { see, until, rounds } = settling(pools, away(1));
    await until(clean);
    pools.webhook = NONE;
    see(NONE);
    await vi.advanceTimersByTimeAsync(4999);
    expect(rounds().every(({ generation }) => generation === 1)).toBe(true);
    expect(pools.nudged).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await until((round) => round.generation === 2 && clean(round));
    expect(pools.zonesOf('web')).toEqual(['us-east-1a', 'us-east-1b']);
  });

  it('waits for Nodes to be cordoned, and is woken when they are', async () => {
    useClock();
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { scene, until } = settling(pools, away(1), { cordon: true });
    await scene.heard.until(() => scene.heard.of('reconciled').length > 0);
    expect(pools.nudged).toEqual([]);
    scene.progress.nodesTried(1);
    await until(clean);
    expect(pools.nudged).toEqual(['web']);
  });

  it('waits for them half a second at the most', async () => {
    useClock();
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { until } = settling(pools, away(1), { cordon: true });
    await vi.advanceTimersByTimeAsync(499);
    expect(pools.nudged).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await until(clean);
  });

  it('nudges nothing while NodePools are not known', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { scene, rounds, until } = settling(pools, away(1), { known: false });
    await scene.heard.until(() => scene.heard.of('reconciled').length > 0);
    expect([pools.nudged, rounds()]).toEqual([[], []]);
    scene.pools.known = true;
    scene.pools.tell();
    await until(clean);
  });

  it('nudges nothing while the set is not known, and begins when it is told that it is', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { scene, see, until, rounds } = settling(pools, undefined);
    await scene.heard.until(() => scene.heard.of('reconciled').length > 0);
    expect([pools.nudged, rounds()]).toEqual([[], []]);
    see(away(1));
    await until(clean);
    expect(pools.zonesOf('web')).toEqual(['us-east-1b']);
  });

  it('says how far a generation has come, and how long it took from the message', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { scene, until } = settling(pools, undefined);
    const at = '2026-11-21T05:59:58Z';
    scene.record.see({ ...recordOf(away(1)), requests: { received: { generation: 1, at } } });
    await until(clean);
    expect(scene.progress.isSettled(1)).toBe(true);
    await scene.heard.until(() => scene.heard.of('protected').length > 0);
    expect(scene.heard.of('protected')).toEqual([{ generation: 1, receivedAt: at, durationMs: 2000 }]);
  });
});

describe('with no webhook, and NodePools that change all the time', () => {
  it('a trigger nudges no NodePool again that was just nudged in vain', async () => {
    const pools = new NodePoolsInMemory(
      ['a', 'b', 'c'].map((name) => nodePool(name)),
      undefined,
    );
    const { trigger, rounds, until } = settling(pools, away(1));
    // Karpenter writes the status of a NodePool: each write is a trigger.
    for (let round = 1; round <= 200; round += 1) {
      trigger();
      await until(() => rounds().length >= round);
    }
    expect(rounds().every(({ unsettled }) => unsettled === 3)).toBe(true);
    // Far fewer than the 600 of a nudge a NodePool and round; how many the back-off allows depends on the machine.
    expect(pools.nudged.length).toBeLessThan(200);
  });

  it('a newer set is followed at once', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], undefined);
    const { see, nudges, until } = settling(pools, away(1));
    await until(({ unsettled }) => unsettled === 1);
    pools.webhook = away(2);
    see(away(2));
    await until((round) => round.generation === 2 && clean(round));
    expect(nudges().at(-1)?.result).toBe('changed');
  });
});
