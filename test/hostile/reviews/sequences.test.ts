import { describe, it } from 'vitest';
import { eachCase } from '../drawing/each-case.ts';
import { checkSequence, shownWrites, writeSequence } from './write-sequences.ts';

/** By hand: `npm run hostile`, or any of its cases by its seed and index. */
const { ZONEWARDEN_HOSTILE = '1000', ZONEWARDEN_SEED = '14', ZONEWARDEN_FIRST = '0' } = process.env;
const CASES = {
  seed: Number(ZONEWARDEN_SEED),
  first: Number(ZONEWARDEN_FIRST),
  count: Number(ZONEWARDEN_HOSTILE),
};

describe('writes of somebody who makes up marks, seen by the webhook or not', () => {
  it('never open the NodePool to a zone that is away, lift no generation, and are over when the zone is back', () => {
    eachCase({ draw: writeSequence, check: checkSequence, show: shownWrites }, CASES);
  }, 86_400_000);
});
