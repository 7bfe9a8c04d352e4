import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, hostileState } from './answered.ts';
import { hostileReview } from './hostile-reviews.ts';

/** By hand: ZONEWARDEN_HOSTILE=1000000, and any seed. */
const { ZONEWARDEN_HOSTILE = '500', ZONEWARDEN_SEED = '14' } = process.env;
const COUNT = Number(ZONEWARDEN_HOSTILE);
const SEED = Number(ZONEWARDEN_SEED);

/** Making one smaller that failed takes long: of a million, which one it was is enough. */
const SHRINKING = COUNT > 10_000 ? { endOnFailure: true } : { interruptAfterTimeLimit: 120_000 };

const KIB = 1024;
/** A line of the audit log: what an honest one has, several times over. */
const LINE_BYTES = 64 * KIB;
/** An answer: a patch of one list, which may be as long as the object. */
const ANSWER_BYTES = 2048 * KIB;
/** Of the processor, for one request: far more than the dearest one takes here, and far less than any of finding 1 took. */
const CPU_MS = 1000;

describe('requests of whoever may write NodePools, or reaches the port', () => {
  it(`${COUNT} are answered, each in bounded time, with a bounded answer and a bounded line`, () => {
    const state = hostileState();
    const most = { cpuMs: 0, lineBytes: 0, answerBytes: 0 };
    const actions: Record<string, number> = {};
    fc.assert(
      fc.property(hostileReview, ({ webhook, body }) => {
        const answer = answered(webhook, body, state);
        for (const name of ['cpuMs', 'lineBytes', 'answerBytes'] as const)
          most[name] = Math.max(most[name], answer[name]);
        const action = answer.action ?? 'undecodable';
        actions[action] = (actions[action] ?? 0) + 1;
        expect(answer.lineBytes).toBeLessThanOrEqual(LINE_BYTES);
        expect(answer.answerBytes).toBeLessThanOrEqual(ANSWER_BYTES);
        expect(answer.cpuMs).toBeLessThanOrEqual(CPU_MS);
      }),
      { numRuns: COUNT, seed: SEED, ...SHRINKING },
    );
    // A generator whose objects are all refused for their shape would say nothing.
    for (const action of ['pruned', 'unchanged', 'refused', 'ignored', 'undecodable'])
      expect(actions[action] ?? 0, action).toBeGreaterThan(COUNT / 1000);
    if (COUNT > 10_000) console.info({ most, actions });
  }, 86_400_000);
});
