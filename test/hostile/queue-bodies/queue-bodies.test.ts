import { describe, expect, it } from 'vitest';
import { MODES } from './modes.ts';
import { checkSteps, drawnSteps, smallerSteps } from './scene-run.ts';

/** By hand: `npm run hostile`, or any of its scenes by its seed and index. */
const { ZONEWARDEN_HOSTILE = '2000', ZONEWARDEN_SEED = '14', ZONEWARDEN_FIRST = '0' } = process.env;
/** In each of the four modes. */
const COUNT = Math.ceil(Number(ZONEWARDEN_HOSTILE) / MODES.length);
const SEED = Number(ZONEWARDEN_SEED);
const FIRST = Number(ZONEWARDEN_FIRST);
const FEW = 12;

describe.each(MODES.map((mode, at) => ({ ...mode, at })))(
  'bodies of whoever may write to the queue: $name',
  ({ at, ...mode }) => {
    it(`${COUNT} in a row leave a record that is short, readable and open to the truth`, {
      timeout: 86_400_000,
    }, () => {
      let outcome: unknown;
      const steps = [...drawnSteps(SEED, FIRST + at, COUNT)];
      try {
        let largest = 0;
        checkSteps(mode, steps, ({ recordBytes }) => {
          largest = Math.max(largest, recordBytes);
        });
        // Bodies of which nothing is believed would say nothing.
        expect(largest).toBeGreaterThan(20_000);
      } catch (error) {
        outcome = smallerSteps(mode, steps, error);
      }
      expect(outcome).toBeUndefined();
    });

    it('any few of them, at any moment', { timeout: 86_400_000 }, () => {
      for (let scene = 0; scene < Math.max(30, COUNT / 100); scene += 1) {
        const steps = [...drawnSteps(SEED + 1, FIRST + at + 4 * scene, FEW)];
        try {
          checkSteps(mode, steps);
        } catch (error) {
          throw smallerSteps(mode, steps, error);
        }
      }
    });
  },
);
