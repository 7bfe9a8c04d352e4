import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tell } from '../../../shared/facts/facts.ts';
import type { ArcAnswer } from '../../../shared/record/arc-answer.ts';
import { EMPTY_RECORD, type RecordedSource, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createArcWatch } from '../../../watcher/controllers/arc/arc-watch.ts';
import { runControllers } from '../../../watcher/term/run-controllers.ts';
import { RecordInMemory } from './record-in-memory.ts';

/** A watch of ARC on a clock that only the test moves. */

let stop: () => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await stop();
  vi.useRealTimers();
});

function withSource(source: Partial<RecordedSource>): ZoneRecord {
  const full = { id: 'arc/1', kind: 'zonal-shift', since: '2026-11-21T04:00:00Z', ...source };
  return { ...EMPTY_RECORD, zones: [{ id: 'use1-az1', state: 'impaired', sources: [full] }] };
}

const SURE = withSource({ via: 'arc' });
const ABSENT = withSource({ via: 'arc', absentSince: '2026-11-21T05:00:00Z' });

function start(first: ZoneRecord) {
  const began = Date.now();
  const looks: number[] = [];
  const record = new RecordInMemory(first);
  const ending = new AbortController();
  const watch = createArcWatch({
    api: {
      async ask(): Promise<ArcAnswer> {
        looks.push(Date.now() - began);
        const autoshifts = { ok: true, value: [] } as const;
        return { askedAtMs: Date.now(), autoshifts, zonalShifts: undefined, resource: undefined };
      },
    },
    now: Date.now,
    elapsed: Date.now,
    random: () => 0.5,
    record,
    apply: async () => undefined,
    onAnswer() {},
    onProblem(error) {
      throw error;
    },
  });
  const failures: unknown[] = [];
  const tell: Tell = (name, fact) => {
    if (name === 'failure') failures.push(fact);
  };
  const running = runControllers([watch], tell, ending.signal);
  stop = async () => {
    ending.abort();
    await running;
    expect(failures).toEqual([]);
  };
  return {
    looks,
    /** What is stored reaches the process some time after it was written. */
    async seesAfter(ms: number, next: ZoneRecord) {
      await vi.advanceTimersByTimeAsync(ms);
      record.see(next);
      await vi.advanceTimersByTimeAsync(0);
    },
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

describe('the next look at ARC', () => {
  it('comes after 30 to 60 seconds where nothing waits for it', async () => {
    const { looks, pass } = start(SURE);
    await pass(44_999);
    expect(looks).toEqual([0]);
    await pass(1);
    expect(looks).toEqual([0, 45_000]);
  });

  it('comes after 10 seconds also where the record tells of an absence only after the look that found it', async () => {
    const { looks, seesAfter, pass } = start(SURE);
    await seesAfter(50, ABSENT);
    expect(looks).toEqual([0]);
    await pass(9_950);
    expect(looks).toEqual([0, 10_000]);
  });

  it('comes after 2 seconds where somebody asked for one, and once', async () => {
    const { looks, seesAfter, pass } = start(SURE);
    await seesAfter(50, { ...SURE, requests: { look: '2026-11-21T05:00:00Z' } });
    await pass(1_950);
    expect(looks).toEqual([0, 2_000]);
    await pass(40_000);
    expect(looks).toEqual([0, 2_000]);
  });

  it('comes 5 seconds before a shift ends, which may have been extended, and once', async () => {
    const until = new Date(Date.now() + 20_000).toISOString();
    const { looks, pass } = start(withSource({ via: 'arc', until }));
    await pass(14_999);
    expect(looks).toEqual([0]);
    await pass(5_000);
    expect(looks).toEqual([0, 15_000]);
    await pass(39_000);
    expect(looks).toEqual([0, 15_000]);
  });

  it('does not come sooner for what ends after it', async () => {
    const until = new Date(Date.now() + 60_000).toISOString();
    const { looks, pass } = start(withSource({ via: 'arc', until }));
    await pass(44_999);
    expect(looks).toEqual([0]);
  });
});
