import { expect, it } from 'vitest';
import { OPENING_DELAY_MS, OpeningDelay } from '../../../shared/record/opening-delay.ts';
import type { RecordedState, ZoneRecord } from '../../../shared/record/zone-record.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');

/** `a: 'impaired'` is zone `a`; with a second member it ends then. */
function recordOf(generation: number, zones: Record<string, RecordedState>, until?: string): ZoneRecord {
  const source = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };
  return {
    generation,
    ended: {},
    zones: Object.entries(zones).map(([id, state]) => ({
      id,
      state,
      sources: state === 'recovering' ? [] : [until === undefined ? source : { ...source, until }],
    })),
  };
}

/** Which generation is in force after so many milliseconds, and when that changes by itself. */
function delayed() {
  const delay = new OpeningDelay();
  return (elapsedMs: number, record: ZoneRecord) => {
    const { inForce, changesInMs } = delay.see(record, { nowMs: NOON + elapsedMs, elapsedMs });
    return [inForce.generation, changesInMs];
  };
}

const NEVER = Number.POSITIVE_INFINITY;

it('the first record is in force at once', () => {
  expect(delayed()(0, recordOf(4, { a: 'recovering' }))).toEqual([4, NEVER]);
});

it('a zone is taken away at once, and given back a moment later', () => {
  const see = delayed();
  see(0, recordOf(1, {}));
  expect(see(0, recordOf(2, { a: 'impaired' }))).toEqual([2, NEVER]);
  const back = recordOf(3, { a: 'recovering' });
  expect(see(1000, back)).toEqual([2, OPENING_DELAY_MS]);
  expect(see(1000 + OPENING_DELAY_MS - 1, back)).toEqual([2, 1]);
  expect(see(1000 + OPENING_DELAY_MS, back)).toEqual([3, NEVER]);
});

it('records that follow while one waits do not put it off', () => {
  const see = delayed();
  see(0, recordOf(2, { a: 'impaired' }));
  see(0, recordOf(3, { a: 'recovering' }));
  expect(see(OPENING_DELAY_MS - 1, recordOf(4, {}))).toEqual([2, 1]);
  expect(see(OPENING_DELAY_MS, recordOf(4, {}))).toEqual([4, NEVER]);
});

it.each<[string, Record<string, RecordedState>]>([
  ['takes another zone away', { a: 'recovering', b: 'impaired' }],
  ['takes the same zone away again', { a: 'impaired' }],
])('a record that %s is taken up at once, while another waits', (_name, zones) => {
  const see = delayed();
  see(0, recordOf(2, { a: 'impaired' }));
  see(0, recordOf(3, { a: 'recovering' }));
  expect(see(1, recordOf(4, zones))).toEqual([4, NEVER]);
  expect(see(2 * OPENING_DELAY_MS, recordOf(4, zones))).toEqual([4, NEVER]);
});

it('one that waits after another was taken up has all of its time', () => {
  const see = delayed();
  see(0, recordOf(2, { a: 'impaired' }));
  see(0, recordOf(3, { a: 'recovering' }));
  see(4000, recordOf(4, { a: 'impaired' }));
  expect(see(4001, recordOf(5, { a: 'recovering' }))).toEqual([4, OPENING_DELAY_MS]);
});

it('the second step of a recovery, and what has expired by itself, wait for nothing', () => {
  const see = delayed();
  see(0, recordOf(2, { a: 'recovering' }));
  expect(see(0, recordOf(3, {}))).toEqual([3, NEVER]);
  see(0, recordOf(4, { a: 'impaired' }, '2026-11-21T11:59:59Z'));
  expect(see(0, recordOf(5, { a: 'recovering' }))).toEqual([5, NEVER]);
});
