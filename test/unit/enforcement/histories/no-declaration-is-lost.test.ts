import fc from 'fast-check';
import { it } from 'vitest';
import { checkHistory } from './check-history.ts';
import { historyOf } from './steps.ts';

/**
 * Random NodePools through random writers, shifts, recoveries, stale replicas and tampering, against an oracle that
 * knows what each writer meant. The seed is fixed, so that a change is judged by the same histories as the one before;
 * to look for new ones: `ZONEWARDEN_SEED=random ZONEWARDEN_HISTORIES=100000`, and keep what fails in kept/.
 */
const runs = Number(process.env.ZONEWARDEN_HISTORIES ?? 3000);
const wanted = process.env.ZONEWARDEN_SEED ?? '20261121';
const seed = wanted === 'random' ? {} : { seed: Number(wanted) };

it(`${runs} histories: no impaired zone is targeted, no declaration is lost, no mark is left`, () => {
  fc.assert(
    fc.property(historyOf(14), (one) => checkHistory(one)),
    { numRuns: runs, ...seed },
  );
}, 1_800_000);
