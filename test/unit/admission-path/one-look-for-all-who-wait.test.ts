import { expect, test } from 'vitest';
import { createSecondLook } from '../../../webhook/admission-path/second-look.ts';

/** Looks that end when the test says so. */
function heldLooks(options: Parameters<typeof createSecondLook>[1]) {
  const begun: (() => void)[] = [];
  const look = createSecondLook(
    (signal) =>
      new Promise((resolve, reject) => {
        begun.push(resolve);
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
    options,
  );
  return { look, begun };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('all who come before a look begins share it; who comes later waits for the next one', async () => {
  const { look, begun } = heldLooks({ everyMs: 1 });
  const first = Promise.all([look.look(), look.look()]);
  await turn();
  expect(begun).toHaveLength(1);
  const answered: string[] = [];
  const late = look.look().then(() => answered.push('late'));
  begun[0]?.();
  await first;
  expect(answered).toEqual([]);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.();
  await late;
});

test('who comes beyond those that wait is not held', async () => {
  const { look, begun } = heldLooks({ maxWaiting: 2 });
  const waiting = Promise.all([look.look(), look.look()]);
  await look.look();
  await turn();
  expect(begun).toHaveLength(1);
  begun[0]?.();
  await waiting;
  expect(begun).toHaveLength(1);
});

test('a look that never ends is given up, and so is one at the end', async () => {
  const { look } = heldLooks({ limitMs: 5, everyMs: 1 });
  await look.look();
  const { look: stopped, begun } = heldLooks({});
  const waiting = stopped.look();
  await turn();
  expect(begun).toHaveLength(1);
  stopped.stop();
  await waiting;
  await stopped.look();
});
