import { expect, it } from 'vitest';
import { NudgedGeneration, RELEASE_LIMIT_MS } from '../../../watcher/leader/nudged-generation.ts';

const round = (generation: number, unsettled = 0, ahead = 0) => ({ generation, unsettled, ahead });

it('not before the NodePools were looked at', () => {
  expect(new NudgedGeneration().isReleased(1, 1e9)).toBe(false);
});

it('at once where every NodePool is settled, and for that set only', () => {
  const nudged = new NudgedGeneration();
  nudged.see(round(2), 0);
  expect([nudged.isSettled(2), nudged.isReleased(2, 0)]).toEqual([true, true]);
  expect([nudged.isSettled(3), nudged.isReleased(3, 1e9)]).toEqual([false, false]);
});

it('after the limit where some NodePool will not follow, counted from the first look with that set', () => {
  const nudged = new NudgedGeneration();
  nudged.see(round(1, 1), 0);
  nudged.see(round(2, 1), 1000);
  nudged.see(round(2, 1), 3000);
  expect(nudged.isReleased(2, 1000 + RELEASE_LIMIT_MS - 1)).toBe(false);
  expect(nudged.isReleased(2, 1000 + RELEASE_LIMIT_MS)).toBe(true);
  expect(nudged.isSettled(2)).toBe(false);
});

it('never while a NodePool was made from a newer set than ours', () => {
  const nudged = new NudgedGeneration();
  nudged.see(round(2, 0, 1), 0);
  expect(nudged.isReleased(2, 1e9)).toBe(false);
});
