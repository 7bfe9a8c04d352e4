import { expect, it } from 'vitest';
import { Progress, RELEASE_LIMIT_MS } from '../../../watcher/term/progress.ts';

const round = (generation: number, unsettled = 0, ahead = 0) => ({ generation, unsettled, ahead });

it('not before the NodePools were looked at', () => {
  expect(new Progress().isReleased(1, 1e9)).toBe(false);
});

it('at once where every NodePool is settled, and for that set only', () => {
  const progress = new Progress();
  progress.poolsLookedAt(round(2), 0);
  expect([progress.isSettled(2), progress.isReleased(2, 0)]).toEqual([true, true]);
  expect([progress.isSettled(3), progress.isReleased(3, 1e9)]).toEqual([false, false]);
});

it('after the limit where some NodePool will not follow, counted from the first look with that set', () => {
  const progress = new Progress();
  progress.poolsLookedAt(round(1, 1), 0);
  progress.poolsLookedAt(round(2, 1), 1000);
  progress.poolsLookedAt(round(2, 1), 3000);
  expect(progress.isReleased(2, 1000 + RELEASE_LIMIT_MS - 1)).toBe(false);
  expect(progress.isReleased(2, 1000 + RELEASE_LIMIT_MS)).toBe(true);
  expect(progress.isSettled(2)).toBe(false);
});

it('never while a NodePool was made from a newer set than ours', () => {
  const progress = new Progress();
  progress.poolsLookedAt(round(2, 0, 1), 0);
  expect(progress.isReleased(2, 1e9)).toBe(false);
});
