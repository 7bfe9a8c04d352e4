import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBackoff } from '../../../shared/kube/backoff.ts';
import { KeyQueue } from '../../../shared/kube/key-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue whose back-off waits 100, 200, 400 ms and whose work the test can make fail or hang. */
function queueOf(work: (key: string) => void | Promise<void>) {
  const runs: string[] = [];
  const failures: string[] = [];
  const queue = new KeyQueue({
    work: (key) => {
      runs.push(key);
      return work(key);
    },
    onFailure: (key) => void failures.push(key),
    newBackoff: () => createBackoff({ baseMs: 100, capMs: 400, random: () => 1 }),
  });
  return { queue, runs, failures };
}

test('work that does not wait is done before trigger returns', () => {
  const { queue, runs } = queueOf(() => undefined);
  void queue.trigger('a');
  expect(runs).toEqual(['a']);
});

test('failed work is done again, further and further apart', async () => {
  const { queue, runs, failures } = queueOf(() => Promise.reject(new Error('no')));
  await queue.trigger('a');
  expect(runs).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(99);
  expect(runs).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(199);
  expect(runs).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toHaveLength(3);
  expect(failures).toHaveLength(3);
});

test('a trigger replaces the retry that was waiting', async () => {
  let failing = true;
  const { queue, runs } = queueOf(() => {
    if (failing) throw new Error('no');
  });
  await queue.trigger('a');
  failing = false;
  await queue.trigger('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('a trigger during a run is waited for by one further run', async () => {
  const ends: (() => void)[] = [];
  const { queue, runs } = queueOf(() => new Promise((resolve) => ends.push(resolve)));
  void queue.trigger('a');
  const triggers = [queue.trigger('a'), queue.trigger('a')];
  expect(runs).toHaveLength(1);
  ends[0]?.();
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  ends[1]?.();
  await Promise.all(triggers);
  expect(runs).toHaveLength(2);
});

test('stop leaves no timer behind, frees who waits, and no work is done any more', async () => {
  const { queue, runs } = queueOf(() => Promise.reject(new Error('no')));
  await queue.trigger('a');
  expect(vi.getTimerCount()).toBe(1);
  await queue.stop(1_000);
  expect(vi.getTimerCount()).toBe(0);
  await queue.trigger('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toHaveLength(1);
});

test('stop waits for work under way, up to its grace', async () => {
  const { queue } = queueOf(() => new Promise(() => undefined));
  void queue.trigger('a');
  const waiting = queue.trigger('a');
  let stopped = false;
  const stop = queue.stop(1_000).then(() => {
    stopped = true;
  });
  await waiting;
  await vi.advanceTimersByTimeAsync(999);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stop;
  expect(stopped).toBe(true);
});
