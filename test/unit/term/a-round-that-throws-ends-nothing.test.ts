import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import { createTriggeredRounds } from '../../../watcher/term/triggered-rounds.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Rounds of which the given ones throw, by their number. */
function rounds(throws: (round: number) => Error | undefined) {
  const stopping = new AbortController();
  const told: unknown[] = [];
  let count = 0;
  const running = createTriggeredRounds(
    async () => {
      count += 1;
      const error = throws(count);
      if (error !== undefined) throw error;
      return 60_000;
    },
    (error) => told.push(error),
  );
  const ended = running.run(stopping.signal);
  return {
    told,
    count: () => count,
    trigger: () => running.trigger(),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

it('it is told, and followed by another after a moment, and by the usual ones after that', async () => {
  const failure = new Error('a defect');
  const { told, count, stop } = rounds((round) => (round === 1 ? failure : undefined));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([failure]);
  expect(count()).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(count()).toBe(3);
  await stop();
});

it('one that always throws comes further and further apart, and triggers make it no faster', async () => {
  const { count, trigger, stop } = rounds(() => new Error('a defect'));
  for (let second = 0; second < 600; second += 1) {
    trigger();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(count()).toBeGreaterThan(20);
  expect(count()).toBeLessThan(60);
  await stop();
});

it('a server that asks for time gets it', async () => {
  const busy = new KubeError('kube.throttled', 'patch', { retryAfterSeconds: 30 });
  const { count, stop } = rounds((round) => (round === 1 ? busy : undefined));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(count()).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(count()).toBe(2);
  await stop();
});

it('the end of the run ends the wait, and what fails because of it is not told', async () => {
  const { told, stop } = rounds(() => new Error('a defect'));
  await vi.advanceTimersByTimeAsync(10);
  const before = told.length;
  await stop();
  expect(told).toHaveLength(before);
});
