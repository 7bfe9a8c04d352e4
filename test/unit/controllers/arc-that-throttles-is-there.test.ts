import { describe, expect, it } from 'vitest';
import type { ArcAnswer, ArcTrouble } from '../../../shared/record/arc-answer.ts';
import { ArcHealth } from '../../../watcher/controllers/arc/arc-health.ts';
import { LookPlan } from '../../../watcher/controllers/arc/look-plan.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function answer(trouble?: ArcTrouble): ArcAnswer {
  const asked =
    trouble === undefined
      ? ({ ok: true, value: [] } as const)
      : ({ ok: false, trouble, error: new Error(trouble) } as const);
  return { askedAtMs: 0, autoshifts: asked, zonalShifts: undefined, resource: undefined };
}

/** What is mute after each answer, which comes so many minutes after the first. */
function muteAfter(...answers: readonly (readonly [minute: number, trouble: ArcTrouble | undefined])[]) {
  const health = new ArcHealth();
  return answers.map(([minute, trouble]) => {
    health.see(answer(trouble), minute * MINUTE);
    return health.mute(minute * MINUTE);
  });
}

describe('events are believed in place of ARC', () => {
  it('never because it throttles, however long', () => {
    const hour = Array.from({ length: 60 }, (_, minute) => [minute, 'throttled'] as const);
    expect(muteAfter(...hour).flat()).toEqual([]);
  });

  it('not for a failure before, nor for one after two minutes of throttling', () => {
    const mixed = muteAfter([0, 'unavailable'], [1, 'throttled'], [3, 'throttled'], [4, 'unavailable']);
    expect(mixed.flat()).toEqual([]);
  });

  it('after two minutes of failures as before, and at once when it denies', () => {
    expect(muteAfter([0, 'unavailable'], [1, 'unreadable'], [2, 'unavailable'])).toEqual([
      [],
      [],
      ['region'],
    ]);
    expect(muteAfter([0, 'throttled'], [1, 'denied'])).toEqual([[], ['region']]);
  });
});

describe('a flood of wishes to ask ARC', () => {
  it('is followed after two seconds each while ARC answers, and after longer and longer while it throttles', () => {
    const plan = new LookPlan();
    let elapsedMs = 0;
    const gapAfter = (isThrottled: boolean): number => {
      plan.begin(elapsedMs, String(elapsedMs));
      plan.answered(isThrottled);
      plan.next(MINUTE);
      const gap = plan.dueAt('another wish', true) - elapsedMs;
      elapsedMs += gap;
      return gap / SECOND;
    };
    expect([gapAfter(false), gapAfter(false)]).toEqual([2, 2]);
    expect(Array.from({ length: 7 }, () => gapAfter(true))).toEqual([4, 8, 16, 32, 60, 60, 60]);
    expect(gapAfter(false)).toBe(2);
  });

  it('has at most 60 questions in an hour of throttling', () => {
    const plan = new LookPlan();
    let looks = 0;
    for (let elapsedMs = 0; elapsedMs < 60 * MINUTE; looks += 1) {
      plan.begin(elapsedMs, String(looks));
      plan.answered(true);
      plan.next(30 * SECOND);
      elapsedMs = plan.sooner(plan.dueAt('another wish', true), elapsedMs + SECOND);
    }
    expect(looks).toBeLessThanOrEqual(64);
  });
});
