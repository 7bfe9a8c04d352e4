import { describe, expect, it } from 'vitest';
import { hostileReview } from '../reviews/hostile-reviews.ts';
import { Draw, recorded, seeded } from './draw.ts';
import { eachCase } from './each-case.ts';
import { atMost } from './holds.ts';
import { reduced, shrunk } from './shrink.ts';

const numbers = (draw: Draw): number[] => draw.list(20, () => draw.within(0, 1000));
const drawn = (answers: readonly number[]) => numbers(new Draw(recorded(answers)));

describe('a case', () => {
  it('is the same for the same seed and index, and another one for any other', () => {
    const texts = [14, 15].flatMap((seed) =>
      [0, 1, 2 ** 33].map((index) => hostileReview(new Draw(seeded(seed, index))).text),
    );
    expect(new Set(texts).size).toBe(texts.length);
    expect(hostileReview(new Draw(seeded(15, 1))).text).toBe(texts[4]);
  });

  it('is drawn again from its answers', () => {
    for (let index = 0; index < 100; index += 1) {
      const draw = new Draw(seeded(14, index));
      const review = hostileReview(draw);
      expect(hostileReview(new Draw(recorded(draw.answers)))).toEqual(review);
    }
  });

  it('of no answers is the simplest one', () => {
    expect(drawn([])).toEqual([]);
    expect(hostileReview(new Draw(recorded([])))).toMatchObject({ webhook: 'mutate', scene: 'zone-away' });
  });

  it('is a large one now and then, and as large as can be sent', () => {
    const lengths = Array.from({ length: 1500 }, (_, index) => {
      const draw = new Draw(seeded(16, index));
      return { isLarge: draw.isLarge, length: hostileReview(draw).text.length };
    });
    const large = lengths.filter(({ isLarge }) => isLarge);
    expect(large.length).toBeGreaterThan(10);
    expect(large.length).toBeLessThan(50);
    expect(Math.max(...lengths.map(({ length }) => length))).toBeGreaterThan(1_000_000);
  });
});

describe('one that fails', () => {
  const check = (found: readonly number[]) => {
    for (const number of found) atMost('number', number, 500);
  };

  it('is told with its seed and index, and with the smallest that was found', () => {
    const property = { draw: numbers, check, show: (found: readonly number[]) => JSON.stringify(found) };
    const run = () => eachCase(property, { seed: 3, first: 7, count: 1000 });
    expect(run).toThrow(
      /case \d+ of seed 3 \(ZONEWARDEN_SEED=3 ZONEWARDEN_FIRST=\d+\): number: \d+, and at most 500/,
    );
    expect(run).toThrow(/\n\[501\]$/);
  });

  it('is made smaller by leaving answers out and lowering them', () => {
    const answers = [9, 3, 700, 2, 900, 4, 4, 4, 4, 4];
    const smallest = shrunk(answers, (candidate) => drawn(candidate).some((number) => number > 500));
    expect(drawn(smallest)).toEqual([501]);
  });

  it('of many steps is left with those that it needs', () => {
    const steps = Array.from({ length: 300 }, (_, at) => at);
    const needed = [17, 18, 250];
    const fails = (some: readonly number[]) => needed.every((one) => some.includes(one));
    expect(reduced(steps, fails)).toEqual(needed);
  });
});
