import { describe, expect, it } from 'vitest';
import type { Listeners } from '../../../shared/stores/listenable.ts';
import { Progress } from '../../../watcher/term/progress.ts';

/** How often it was told so far. */
function counting(source: Listeners): () => number {
  let told = 0;
  source.listen(() => {
    told += 1;
  });
  return () => told;
}

describe('that all Nodes were looked at', () => {
  it('is told once a generation, and again for another', () => {
    const progress = new Progress();
    const told = counting(progress.nodes);
    for (const generation of [1, 1, 2, 2, 1]) progress.nodesTried(generation);
    expect(told()).toBe(3);
  });

  it('holds for the last generation alone', () => {
    const progress = new Progress();
    expect(progress.areNodesTried(1)).toBe(false);
    progress.nodesTried(1);
    expect(progress.areNodesTried(1)).toBe(true);
    progress.nodesTried(2);
    expect([progress.areNodesTried(1), progress.areNodesTried(2)]).toEqual([false, true]);
  });

  it('holds already when it is told', () => {
    const progress = new Progress();
    const seen: boolean[] = [];
    progress.nodes.listen(() => void seen.push(progress.areNodesTried(1)));
    progress.nodesTried(1);
    expect(seen).toEqual([true]);
  });

  it('says nothing of NodePools', () => {
    const progress = new Progress();
    const told = counting(progress.pools);
    progress.nodesTried(1);
    expect(told()).toBe(0);
  });
});

describe('that NodePools were looked at', () => {
  const round = (generation: number, unsettled = 0, ahead = 0) => ({ generation, unsettled, ahead });

  it('is told for another generation, and when all are reached or not any more', () => {
    const progress = new Progress();
    const told = counting(progress.pools);
    const news = [
      round(1, 3),
      round(1, 2),
      round(1, 0, 1),
      round(1),
      round(1),
      round(1, 1),
      round(2, 1),
      round(2),
    ].map((each) => {
      const before = told();
      progress.poolsLookedAt(each, 0);
      return told() > before;
    });
    expect(news).toEqual([true, false, false, true, false, true, true, true]);
  });

  it('is told for another generation also where both are reached', () => {
    const progress = new Progress();
    const told = counting(progress.pools);
    progress.poolsLookedAt(round(1), 0);
    progress.poolsLookedAt(round(2), 0);
    expect(told()).toBe(2);
  });

  it('holds already when it is told', () => {
    const progress = new Progress();
    const seen: boolean[] = [];
    progress.pools.listen(() => void seen.push(progress.isSettled(1)));
    progress.poolsLookedAt(round(1), 0);
    expect(seen).toEqual([true]);
  });

  it('says nothing of Nodes', () => {
    const progress = new Progress();
    const told = counting(progress.nodes);
    progress.poolsLookedAt(round(1), 0);
    expect(told()).toBe(0);
  });
});

it('who has ended listening is told no more', () => {
  const progress = new Progress();
  let told = 0;
  const end = progress.nodes.listen(() => {
    told += 1;
  });
  progress.nodesTried(1);
  end();
  progress.nodesTried(2);
  expect(told).toBe(1);
});
