import { expect, it } from 'vitest';
import { CordonFirst } from '../../../watcher/controllers/settle/cordon-first.ts';
import { Progress } from '../../../watcher/term/progress.ts';
import { AZ1, AZ2, setOf, zone } from '../cordon/nodes-in-memory.ts';

const away = (generation: number) => setOf(generation, zone('impaired', AZ1));

/** On a clock that only the test moves. */
function waiting() {
  const progress = new Progress();
  let elapsedMs = 1000;
  const cordonFirst = new CordonFirst(progress, () => elapsedMs);
  return {
    progress,
    waitMs: cordonFirst.waitMs.bind(cordonFirst),
    pass(ms: number) {
      elapsedMs += ms;
    },
  };
}

it('sets without an impaired zone need no cordon', () => {
  const { waitMs } = waiting();
  expect(waitMs(setOf(1))).toBe(0);
  expect(waitMs(setOf(2, zone('recovering')))).toBe(0);
});

it('nudging begins when all Nodes were looked at', () => {
  const { waitMs, progress } = waiting();
  expect(waitMs(away(1))).toBe(500);
  progress.nodesTried(0);
  expect(waitMs(away(1))).toBe(500);
  progress.nodesTried(1);
  expect(waitMs(away(1))).toBe(0);
});

it('it does not wait where they were looked at before anybody asked', () => {
  const { waitMs, progress } = waiting();
  progress.nodesTried(1);
  expect(waitMs(away(1))).toBe(0);
});

it('it begins after the limit, however long the Nodes take', () => {
  const { waitMs, pass } = waiting();
  waitMs(away(1));
  pass(499);
  expect(waitMs(away(1))).toBe(1);
  pass(1);
  expect(waitMs(away(1))).toBe(0);
});

it('and waits no more for the same set, whatever Nodes are looked at for', () => {
  const { waitMs, progress, pass } = waiting();
  waitMs(away(1));
  pass(500);
  waitMs(away(1));
  progress.nodesTried(0);
  expect(waitMs(away(1))).toBe(0);
});

it('the next set waits anew, and one that comes during a wait has no time of its own', () => {
  const { waitMs, pass } = waiting();
  waitMs(away(1));
  pass(300);
  const two = setOf(2, zone('impaired', AZ1), zone('impaired', AZ2));
  expect(waitMs(two)).toBe(200);
  pass(200);
  expect(waitMs(two)).toBe(0);
  expect(waitMs(away(3))).toBe(500);
});

it('a set that had to wait and needs no more has used up nothing of the next one', () => {
  const { waitMs, pass } = waiting();
  waitMs(away(1));
  pass(300);
  expect(waitMs(setOf(2))).toBe(0);
  expect(waitMs(away(3))).toBe(500);
});
