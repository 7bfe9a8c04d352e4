import { describe, expect, it } from 'vitest';
import { Turns } from '../../../watcher/term/turns.ts';

/** Looks at so many objects, each of which takes as long; counts what else came to its turn meanwhile. */
async function lookAt(count: number, eachMs: number) {
  let nowMs = 0;
  let others = 0;
  let isOver = false;
  const other = () => {
    others += 1;
    if (!isOver) setImmediate(other);
  };
  setImmediate(other);
  const turns = new Turns(() => nowMs);
  let looked = 0;
  for (let place = 0; place < count; place += 1) {
    if (turns.isOver()) await turns.giveWay();
    looked += 1;
    nowMs += eachMs;
  }
  isOver = true;
  return { looked, others };
}

describe('a look at many objects', () => {
  it('lets all else come to its turn again and again', async () => {
    const { looked, others } = await lookAt(100, 5);
    expect(looked).toBe(100);
    expect(others).toBeGreaterThanOrEqual(45);
  });

  it('gives way before each object that follows one that takes long', async () => {
    expect((await lookAt(10, 1000)).others).toBeGreaterThanOrEqual(9);
  });

  it('is one turn where it is short', async () => {
    expect(await lookAt(9, 1)).toEqual({ looked: 9, others: 0 });
  });
});
