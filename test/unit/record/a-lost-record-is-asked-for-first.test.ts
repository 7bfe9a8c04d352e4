import { describe, expect, it } from 'vitest';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { ensureRecord, type FirstRecordParts } from '../../../watcher/startup/first-record.ts';

/** What happens at the start of a watcher, as a list of steps. */
function start(given: {
  readonly present?: ZoneRecord;
  readonly mark: number;
  /** What each look at ARC came to; without it ARC is not to be asked. */
  readonly looks?: boolean[];
}) {
  const steps: string[] = [];
  const { looks } = given;
  const parts: FirstRecordParts = {
    store: {
      async update() {
        steps.push('write');
        return EMPTY_RECORD;
      },
    },
    record: { current: () => given.present, whenSynced: async () => undefined },
    arc:
      looks === undefined
        ? undefined
        : {
            async lookOnce(signal) {
              signal.throwIfAborted();
              steps.push('look');
              return looks.shift() ?? false;
            },
          },
    areMarked: async () => given.mark > 0,
    surroundingsKnown: async () => undefined,
    onRebuild: () => steps.push('rebuild'),
    tuning: { limitMs: 100, retryMs: 1 },
  };
  return { steps, done: ensureRecord(parts, new AbortController().signal) };
}

describe('a record that is not there', () => {
  it('is written after ARC was asked, where NodePools are changed', async () => {
    const { steps, done } = start({ mark: 7, looks: [true] });
    await done;
    expect(steps).toEqual(['rebuild', 'look', 'write']);
  });

  it('waits for an answer of ARC that tells all', async () => {
    const answered = start({ mark: 7, looks: [false, true] });
    await answered.done;
    expect(answered.steps).toEqual(['rebuild', 'look', 'look', 'write']);
  });

  it('is written without ARC where ARC does not answer in time', async () => {
    const { steps, done } = start({ mark: 7, looks: [] });
    await done;
    expect(steps.slice(0, 2)).toEqual(['rebuild', 'look']);
    expect(steps.at(-1)).toBe('write');
  });

  it('is written at once where no NodePool is changed, or ARC is not to be asked', async () => {
    for (const given of [{ mark: 0, looks: [true] }, { mark: 7 }]) {
      const { steps, done } = start(given);
      await done;
      expect(steps).toEqual(['write']);
    }
  });
});

it('a record that is there is not asked about', async () => {
  const { steps, done } = start({ present: EMPTY_RECORD, mark: 7, looks: [true] });
  await done;
  expect(steps).toEqual(['write']);
});
