import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import { stateSince } from '../../../shared/record/state-since.ts';
import { toldUpTo } from '../../../shared/record/told-up-to.ts';
import { lastTransition, transitionsAfter } from '../../../shared/record/transitions-after.ts';
import { EMPTY_RECORD, type Transition, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { asOf, end, NOON, start } from './signals.ts';

const MINUTE = 60_000;
const applied = (record: ZoneRecord, signal: Parameters<typeof applySignals>[1][number], nowMs: number) =>
  applySignals(record, [signal], () => undefined, asOf(nowMs)).record;

const away = applied(EMPTY_RECORD, start('use1-az1', 4), NOON);
const recovering = applied(away, end('use1-az1', 5), NOON + MINUTE);

describe('when a zone began to recover', () => {
  it('is known while it recovers, whatever becomes of others', () => {
    expect(stateSince(recovering, 'use1-az1', 'recovering')).toBe('2026-11-21T12:01:00.000Z');
    const other = applied(recovering, start('use1-az2', 6), NOON + 2 * MINUTE);
    expect(stateSince(other, 'use1-az1', 'recovering')).toBe('2026-11-21T12:01:00.000Z');
  });

  it('is the last time, of several', () => {
    const again = applied(recovering, start('use1-az1', 6), NOON + 3 * MINUTE);
    const back = applied(again, end('use1-az1', 7), NOON + 4 * MINUTE);
    expect(stateSince(back, 'use1-az1', 'recovering')).toBe('2026-11-21T12:04:00.000Z');
  });

  const { history, ...without } = recovering;
  const told = (members: Partial<Transition>) => history?.map((one) => ({ ...one, ...members })) ?? [];
  it.each([
    ['it is impaired', away],
    ['it is back', completeRecovery(recovering, ['use1-az1'], NOON)],
    ['there is no history', without],
    ['the history is of another zone', { ...without, history: told({ zoneId: 'use1-az2' }) }],
    ['its last transition led elsewhere', { ...without, history: told({ to: 'impaired' }) }],
    ['the history is stale', { ...without, history: told({ stale: true }) }],
    // A person wrote the state, or a version that keeps no history.
    ['the record has it as impaired, and only the history as recovering', { ...away, history: told({}) }],
  ])('is not known where %s', (_, record) => {
    expect(stateSince(record, 'use1-az1', 'recovering')).toBeUndefined();
  });
});

describe('the transitions after a cursor', () => {
  const three = completeRecovery(recovering, ['use1-az1'], NOON);
  it.each([
    [0, [1, 2, 3]],
    [1, [2, 3]],
    [3, []],
    [9, []],
  ])('%i are %j', (cursor, expected) => {
    expect(transitionsAfter(three, cursor).map(({ n }) => n)).toEqual(expected);
  });

  it('are none of a record without a history', () => {
    expect(transitionsAfter(EMPTY_RECORD, 0)).toEqual([]);
  });

  it('end with the last one, or with what was told where the history is gone', () => {
    const { history: _gone, ...without } = three;
    expect([EMPTY_RECORD, three, without, { ...without, told: 3 }].map(lastTransition)).toEqual([0, 3, 0, 3]);
  });
});

describe('what was told', () => {
  it('goes on, and never back', () => {
    const one = toldUpTo(recovering, 1);
    expect(one).toEqual({ ...recovering, told: 1 });
    const two = toldUpTo(one, 2);
    expect(two.told).toBe(2);
    expect(toldUpTo(two, 2)).toBe(two);
    expect(toldUpTo(two, 1)).toBe(two);
  });

  it.each([0, -1, 3, Number.NaN])('is not %d, which is no transition of the record', (n) => {
    expect(toldUpTo(recovering, n)).toBe(recovering);
  });

  it('changes nothing else: neither a generation nor the history', () => {
    const { told: _told, ...rest } = toldUpTo(recovering, 2);
    expect(rest).toEqual(recovering);
  });
});
