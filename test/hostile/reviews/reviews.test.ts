import { describe, expect, it } from 'vitest';
import { eachCase } from '../drawing/each-case.ts';
import { hostileReview, shownReview } from './hostile-reviews.ts';
import { checkReview } from './review-check.ts';
import { freshScenes } from './scenes.ts';

/** By hand: `npm run hostile`, or any of its cases by its seed and index. */
const { ZONEWARDEN_HOSTILE = '1500', ZONEWARDEN_SEED = '14', ZONEWARDEN_FIRST = '0' } = process.env;
const COUNT = Number(ZONEWARDEN_HOSTILE);
const CASES = { seed: Number(ZONEWARDEN_SEED), first: Number(ZONEWARDEN_FIRST), count: COUNT };

describe('requests of whoever may write NodePools, or reaches the port', () => {
  it(`${COUNT} are answered, each in bounded time, with a bounded answer and a bounded line`, () => {
    const scenes = freshScenes();
    const actions: Record<string, number> = {};
    eachCase(
      {
        draw: hostileReview,
        check: (review) => {
          const { action } = checkReview(review, scenes);
          actions[action] = (actions[action] ?? 0) + 1;
        },
        show: shownReview,
      },
      CASES,
    );
    // A generator whose objects are all refused for their shape would say nothing.
    for (const action of ['pruned', 'restored', 'unchanged', 'refused', 'ignored', 'undecodable'])
      expect(actions[action] ?? 0, action).toBeGreaterThan(COUNT / 1000);
  }, 86_400_000);
});
