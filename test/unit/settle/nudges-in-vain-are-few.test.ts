import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import { NudgeAttempts } from '../../../watcher/controllers/settle/nudge-attempts.ts';
import { NudgePace } from '../../../watcher/controllers/settle/nudge-pace.ts';
import { clean, settling } from '../controllers/settling.ts';
import { away, NodePoolsInMemory, nodePool } from './node-pools-in-memory.ts';

/** How often the API server is asked while nobody answers nudges, counted on a clock that only the test moves. */

const names = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `pool-${index}` }));

/** Nudges whatever is due and may be, as the settler does, until so much time has passed. */
function nudgeFor(
  attempts: NudgeAttempts,
  clock: { ms: number },
  forMs: number,
  outcome: (name: string) => 'settled' | 'in vain' | KubeError,
  left = new Set(names(1000).map(({ name }) => name)),
) {
  const nudged: string[] = [];
  const end = clock.ms + forMs;
  for (let rounds = 0; clock.ms < end; rounds += 1) {
    expect(rounds).toBeLessThan(100_000);
    const due = attempts.due(
      [...left].map((name) => ({ name })),
      1,
    );
    for (let pool = due.shift(); pool !== undefined && attempts.mayBegin(); pool = due.shift()) {
      nudged.push(pool.name);
      const result = outcome(pool.name);
      if (result === 'settled') left.delete(pool.name);
      if (result instanceof KubeError) attempts.note(pool.name, 1, 'in vain', result);
      else attempts.note(pool.name, 1, result);
    }
    clock.ms += Math.max(1, Math.min(attempts.nextMs(left, 1, false), end - clock.ms));
  }
  return { nudged, left };
}

function onClock() {
  const clock = { ms: 0 };
  return { clock, attempts: new NudgeAttempts(() => clock.ms) };
}

describe('with the glass broken', () => {
  it('1,000 NodePools are a few nudges a second, and each has its turn', () => {
    const { clock, attempts } = onClock();
    const first = nudgeFor(attempts, clock, 60_000, () => 'in vain');
    // The back-off of each by itself made it some 24,000.
    expect(first.nudged.length).toBeLessThan(600);
    const later = nudgeFor(attempts, clock, 600_000, () => 'in vain');
    expect(new Set([...first.nudged, ...later.nudged]).size).toBe(1000);
  });

  it('all are nudged at once when the webhook is back', () => {
    const { clock, attempts } = onClock();
    nudgeFor(attempts, clock, 600_000, () => 'in vain');
    const { nudged, left } = nudgeFor(attempts, clock, 5001, () => 'settled');
    expect([nudged.length, left.size]).toEqual([1000, 0]);
  });

  it('some that never settle neither hold up the others nor are nudged more for it', () => {
    const { clock, attempts } = onClock();
    const isHopeless = (name: string) => name.endsWith('7');
    nudgeFor(attempts, clock, 600_000, () => 'in vain');
    const outcome = (name: string) => (isHopeless(name) ? 'in vain' : 'settled');
    const { left } = nudgeFor(attempts, clock, 30_000, outcome);
    expect([...left].every(isHopeless)).toBe(true);
    const { nudged } = nudgeFor(attempts, clock, 60_000, outcome, left);
    expect(nudged.length).toBeLessThan(600);
  });
});

describe('Retry-After', () => {
  const throttled = (seconds: number) =>
    new KubeError('kube.throttled', 'patch', { status: 429, retryAfterSeconds: seconds });

  it('of a server that throttles holds for every NodePool', () => {
    const { clock, attempts } = onClock();
    const { nudged } = nudgeFor(attempts, clock, 9999, () => throttled(10));
    expect(nudged).toHaveLength(1);
    expect(nudgeFor(attempts, clock, 100, () => 'settled').nudged.length).toBeGreaterThan(900);
  });

  it('of another refusal holds for that NodePool alone', () => {
    const { clock, attempts } = onClock();
    const refused = new KubeError('kube.denied', 'patch', { status: 403, retryAfterSeconds: 60 });
    const outcome = (name: string) => (name === 'pool-0' ? refused : 'settled');
    const { nudged } = nudgeFor(attempts, clock, 59_000, outcome);
    expect(nudged.filter((name) => name === 'pool-0')).toHaveLength(1);
    expect(nudged).toHaveLength(1000);
  });

  it('that never ends holds for half a minute', () => {
    const { clock, attempts } = onClock();
    const { nudged } = nudgeFor(attempts, clock, 10 * 60_000, () => throttled(1e9));
    expect(nudged.length).toBeGreaterThan(15);
  });
});

it('whatever becomes of nudges, one may begin within half a minute, and they are bounded while in vain', () => {
  const steps = fc.array(
    fc.record({
      waitMs: fc.nat({ max: 10_000 }),
      isSettled: fc.boolean(),
      retryAfterMs: fc.oneof(fc.constant(0), fc.nat({ max: 1_000_000 })),
      generation: fc.nat({ max: 2 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 0.999, noNaN: true }), (all, random) => {
      let now = 0;
      const pace = new NudgePace(
        () => now,
        () => random,
      );
      for (const { waitMs, isSettled, retryAfterMs, generation } of all) {
        pace.see(generation);
        if (pace.mayBegin()) pace.note(isSettled, retryAfterMs);
        expect(pace.waitMs()).toBeLessThanOrEqual(30_000);
        now += waitMs;
      }
      now += pace.waitMs();
      expect(pace.mayBegin()).toBe(true);
    }),
  );
});

it('the settler nudges few of many while no webhook is there, and all of them once it is', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const pools = new NodePoolsInMemory(
    names(300).map(({ name }) => nodePool(name)),
    undefined,
  );
  const { rounds } = settling(pools, away(1));
  for (let second = 0; second < 30; second += 1) await vi.advanceTimersByTimeAsync(1000);
  expect(pools.nudged.length).toBeLessThan(300);
  expect(rounds().every(({ unsettled }) => unsettled === 300)).toBe(true);
  pools.webhook = away(1);
  // The clock stands still while a round is under way, so that it has to be moved until the last one.
  for (let ms = 0; ms < 60_000 && !rounds().some(clean); ms += 100) await vi.advanceTimersByTimeAsync(100);
  expect(rounds().some(clean)).toBe(true);
});
