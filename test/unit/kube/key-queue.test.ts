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
  queue.trigger('a');
  expect(runs).toEqual(['a']);
});

test('failed work is done again, further and further apart', async () => {
  const { queue, runs, failures } = queueOf(() => Promise.reject(new Error('no')));
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(0);
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

test('success ends the back-off: the next failure waits as the first did', async () => {
  let failing = true;
  const { queue, runs } = queueOf(() => {
    if (failing) throw new Error('no');
  });
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(100);
  failing = false;
  await vi.advanceTimersByTimeAsync(200);
  failing = true;
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(100);
  expect(runs).toHaveLength(5);
});

test('a trigger replaces the retry that was waiting', async () => {
  let failing = true;
  const { queue, runs } = queueOf(() => {
    if (failing) throw new Error('no');
  });
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(1);
  failing = false;
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('triggers during a run become one further run; other keys do not wait', async () => {
  const ends: (() => void)[] = [];
  const { queue, runs } = queueOf(() => new Promise((resolve) => ends.push(resolve)));
  for (const key of ['a', 'a', 'a', 'b']) queue.trigger(key);
  expect(runs).toEqual(['a', 'b']);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toEqual(['a', 'b', 'a']);
  ends[2]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toHaveLength(3);
});

test('stop leaves no timer behind, and no work is done any more', async () => {
  const { queue, runs } = queueOf(() => Promise.reject(new Error('no')));
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(1);
  await queue.stop(1_000);
  expect(vi.getTimerCount()).toBe(0);
  queue.trigger('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toHaveLength(1);
});

test('stop waits for work under way, up to its grace', async () => {
  const { queue, runs } = queueOf(() => new Promise(() => undefined));
  queue.trigger('a');
  queue.trigger('a');
  let stopped = false;
  const stop = queue.stop(1_000).then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stop;
  expect(runs).toHaveLength(1);
});
