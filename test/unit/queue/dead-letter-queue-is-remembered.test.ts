import { describe, expect, it } from 'vitest';
import { Redrive } from '../../../watcher/hearing/redrive.ts';

const never = new AbortController().signal;
const MINUTE = 60_000;

class Named extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** Asks a queue that answers as given, one answer after the other, at the times in ms of a clock of its own. */
async function play(answers: (boolean | Error)[], times: readonly number[]) {
  let nowMs = 0;
  const told: string[] = [];
  const known: boolean[] = [];
  const redrive = new Redrive({
    queue: {
      async hasDeadLetterQueue() {
        const answer = answers.shift();
        if (answer === undefined) throw new Error('asked too often');
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    onKnown: () => told.push('known'),
    onFailed: (error) => told.push(error instanceof Error ? error.name : String(error)),
    elapsed: () => nowMs,
  });
  for (const time of times) {
    nowMs = time;
    await redrive.refresh(never);
    known.push(redrive.isConfigured);
  }
  return { told, known, left: answers.length, redrive };
}

describe('whether a queue has a dead-letter queue', () => {
  it('is asked at the start and every 10 minutes', async () => {
    const { known, left } = await play([false, true], [0, MINUTE, 10 * MINUTE - 1, 10 * MINUTE, 11 * MINUTE]);
    expect(known).toEqual([false, false, false, true, true]);
    expect(left).toBe(0);
  });

  it('is asked again a minute after a failure, and what was known stays', async () => {
    const times = [0, 10 * MINUTE, 10 * MINUTE + 1, 11 * MINUTE];
    const { known, told, left } = await play([true, new Named('Throttled'), false], times);
    expect(known).toEqual([true, true, true, false]);
    expect(told).toEqual(['known', 'Throttled', 'known']);
    expect(left).toBe(0);
  });

  it('is taken for no where it was never known, and a failure is told once for as long as it is the same', async () => {
    const [denied, other] = [new Named('AccessDenied'), new Named('Throttled')];
    const times = [0, 1, 2, 3, 4, 5].map((minute) => minute * MINUTE);
    const { known, told } = await play(
      [denied, denied, other, denied, true, denied],
      [...times, 14 * MINUTE],
    );
    expect(known).toEqual([false, false, false, false, true, true, true]);
    expect(told).toEqual(['AccessDenied', 'Throttled', 'AccessDenied', 'known', 'AccessDenied']);
  });

  it('is asked at once about a queue that may be another', async () => {
    const { redrive, told } = await play([true, false], [0]);
    redrive.forget();
    await redrive.refresh(never);
    expect(redrive.isConfigured).toBe(false);
    expect(told).toEqual(['known', 'known']);
  });
});
