import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ImpairedRecord, RecordedState } from '../../../shared/record/impaired-record.ts';
import { OPENING_DELAY_MS, OpeningDelay } from '../../../shared/stores/opening-delay.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-21T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

/** `a: 'impaired'` is zone `a`; with a second member it ends then. */
function recordOf(generation: number, zones: Record<string, RecordedState>, until?: string): ImpairedRecord {
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

function delayed() {
  const takenUp: number[] = [];
  const delay = new OpeningDelay({
    now: Date.now,
    onTakenUp: ({ generation }) => takenUp.push(generation),
  });
  return { delay, takenUp, inForce: () => delay.inForce()?.generation };
}

it('nothing is in force before the first record, and the first one at once', () => {
  const { delay, takenUp, inForce } = delayed();
  expect(inForce()).toBeUndefined();
  delay.see(recordOf(4, { a: 'recovering' }));
  expect([inForce(), takenUp]).toEqual([4, [4]]);
});

it('a zone is taken away at once, and given back a moment later', () => {
  const { delay, takenUp, inForce } = delayed();
  delay.see(recordOf(1, {}));
  delay.see(recordOf(2, { a: 'impaired' }));
  expect(inForce()).toBe(2);
  delay.see(recordOf(3, { a: 'recovering' }));
  vi.advanceTimersByTime(OPENING_DELAY_MS - 1);
  expect(inForce()).toBe(2);
  vi.advanceTimersByTime(1);
  expect([inForce(), takenUp]).toEqual([3, [1, 2, 3]]);
});

it('records that follow while one waits do not put it off', () => {
  const { delay, inForce } = delayed();
  delay.see(recordOf(2, { a: 'impaired' }));
  delay.see(recordOf(3, { a: 'recovering' }));
  vi.advanceTimersByTime(OPENING_DELAY_MS - 1);
  delay.see(recordOf(4, {}));
  expect(inForce()).toBe(2);
  vi.advanceTimersByTime(1);
  expect(inForce()).toBe(4);
});

it.each<[string, Record<string, RecordedState>]>([
  ['takes another zone away', { a: 'recovering', b: 'impaired' }],
  ['takes the same zone away again', { a: 'impaired' }],
])('a record that %s is taken up at once, while another waits', (_name, zones) => {
  const { delay, takenUp, inForce } = delayed();
  delay.see(recordOf(2, { a: 'impaired' }));
  delay.see(recordOf(3, { a: 'recovering' }));
  delay.see(recordOf(4, zones));
  expect(inForce()).toBe(4);
  vi.advanceTimersByTime(2 * OPENING_DELAY_MS);
  expect(takenUp).toEqual([2, 4]);
});

it('the second step of a recovery, and what has expired by itself, wait for nothing', () => {
  const { delay, inForce } = delayed();
  delay.see(recordOf(2, { a: 'recovering' }));
  delay.see(recordOf(3, {}));
  expect(inForce()).toBe(3);
  delay.see(recordOf(4, { a: 'impaired' }, '2026-11-21T11:59:59Z'));
  delay.see(recordOf(5, { a: 'recovering' }));
  expect(inForce()).toBe(5);
});

it('after the end nobody is told', () => {
  const { delay, takenUp } = delayed();
  delay.see(recordOf(2, { a: 'impaired' }));
  delay.see(recordOf(3, {}));
  delay.close();
  vi.advanceTimersByTime(2 * OPENING_DELAY_MS);
  expect(takenUp).toEqual([2]);
  expect(vi.getTimerCount()).toBe(0);
});
