import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { longestUntil } from '../../../shared/record/believe.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD } from '../../../shared/record/zone-record.ts';
import { asOf, at, NOON } from './signals.ts';

const start = (hour: number, until?: number): ZoneSignal => ({
  change: 'start',
  zoneId: 'use1-az1',
  source: { id: 'zonal-shift/test', kind: 'zonal-shift' },
  at: at(hour),
  ...(until === undefined ? {} : { until: at(until) }),
});

function untilAfter(...signals: ZoneSignal[]): string | undefined {
  const { record } = applySignals(EMPTY_RECORD, signals, () => undefined, asOf(NOON));
  return record.zones[0]?.sources[0]?.until;
}

describe('the end of a shift', () => {
  it.each([
    ['told by the older of two events', [start(9, 20), start(10)], at(20)],
    ['told by both: the newer is right, be it sooner', [start(9, 20), start(10, 15)], at(15)],
    ['told by both, at the same time', [start(9, 20), start(9)], at(20)],
    ['before the newer one began: that was another shift', [start(1, 5), start(10)], undefined],
    ['told by nobody', [start(9), start(10)], undefined],
  ] as const)('%s, in either order', (_, signals, expected) => {
    expect(untilAfter(...signals)).toBe(expected);
    expect(untilAfter(...[...signals].reverse())).toBe(expected);
  });

  it('is never past what a time can say', () => {
    const far = { source: { kind: 'autoshift' }, at: '9999-12-31T00:00:00Z' };
    expect(longestUntil(far)).toBe('9999-12-31T23:59:59.000Z');
  });
});
