import { expect, it } from 'vitest';
import { giveBackMemory } from '../../../shared/process/give-back-memory.ts';
import { createGiveBack } from '../../../watcher/controllers/give-back.ts';

const MIB = 2 ** 20;

function looking(heapUsed = 50 * MIB) {
  let rss = 0;
  let times = 0;
  const duty = createGiveBack({
    usage: () => ({ rss, heapUsed }),
    giveBack: () => {
      times += 1;
      rss = 120 * MIB;
    },
  });
  return async (mib: number) => {
    rss = mib * MIB;
    await duty.reconcile(new AbortController().signal);
    return times;
  };
}

it('after the first lists, and then only what a process has grown by since', async () => {
  const timesAt = looking();
  expect(await timesAt(170)).toBe(0);
  expect(await timesAt(170)).toBe(1);
  expect(await timesAt(130)).toBe(1);
  expect(await timesAt(150)).toBe(2);
});

it('not where so much is alive that everything would stand still for long', async () => {
  const timesAt = looking(200 * MIB);
  await timesAt(400);
  expect(await timesAt(400)).toBe(0);
});

it('works in this Node', () => {
  expect(() => giveBackMemory()).not.toThrow();
});
