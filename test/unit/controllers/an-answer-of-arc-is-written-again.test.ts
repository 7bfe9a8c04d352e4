import { expect, it, vi } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { ArcAnswer } from '../../../shared/record/arc-answer.ts';
import { EMPTY_RECORD } from '../../../shared/record/zone-record.ts';
import { createArcWatch } from '../../../watcher/controllers/arc/arc-watch.ts';
import { RecordInMemory } from './record-in-memory.ts';

function watching(failures: readonly Error[], ageMs = 0) {
  const left = [...failures];
  const calls = { looks: 0, writes: 0 };
  const problems: unknown[] = [];
  const watch = createArcWatch({
    api: {
      async ask(): Promise<ArcAnswer> {
        calls.looks += 1;
        const autoshifts = { ok: true, value: [] } as const;
        return { askedAtMs: Date.now() - ageMs, autoshifts, zonalShifts: undefined, resource: undefined };
      },
    },
    now: Date.now,
    elapsed: () => performance.now(),
    random: () => 0.5,
    record: new RecordInMemory(EMPTY_RECORD),
    async apply() {
      calls.writes += 1;
      const failure = left.shift();
      if (failure !== undefined) throw failure;
    },
    onAnswer() {},
    onProblem: (error) => problems.push(error),
  });
  return { watch, calls, problems };
}

const away = new KubeError('kube.unreachable', 'replace');
const never = new AbortController().signal;

it('while the API server does not take it, without asking ARC again; each failure is told', async () => {
  const { watch, calls, problems } = watching([away, away]);
  const { againInMs } = await watch.reconcile(never);
  expect(calls).toEqual({ looks: 1, writes: 3 });
  expect(problems).toEqual([away, away]);
  expect(againInMs).toBeGreaterThan(20_000);
});

it('not when it is old by then', async () => {
  const { watch, calls, problems } = watching([away], 31_000);
  await watch.reconcile(never);
  expect(calls).toEqual({ looks: 1, writes: 0 });
  expect(problems).toEqual([]);
});

it('not when the term is over', async () => {
  const ending = new AbortController();
  const busy = new KubeError('kube.throttled', 'replace', { retryAfterSeconds: 3600 });
  const { watch, calls } = watching([busy, busy]);
  const round = watch.reconcile(ending.signal);
  await vi.waitFor(() => expect(calls.writes).toBe(1));
  ending.abort(new Error('the term is over'));
  await round;
  expect(calls.writes).toBe(1);
});
