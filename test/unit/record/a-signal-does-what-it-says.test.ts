import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { activeIn, asOf, at, end, NOON, start, statesIn } from './signals.ts';

const unknown = () => undefined;

function apply(record: ZoneRecord, ...signals: ZoneSignal[]) {
  return applySignals(record, signals, unknown, asOf(NOON));
}

describe('a signal', () => {
  it('impairs a zone, with its source and the time of the event', () => {
    const { record, outcomes } = applySignals(
      EMPTY_RECORD,
      [start('use1-az1', 4)],
      () => 'us-east-1a',
      asOf(NOON),
    );
    expect(outcomes).toEqual(['applied']);
    expect(record).toEqual({
      generation: 1,
      zones: [
        {
          id: 'use1-az1',
          name: 'us-east-1a',
          state: 'impaired',
          sources: [{ id: 'autoshift/region', kind: 'autoshift', since: at(4) }],
        },
      ],
      ended: {},
      history: [
        {
          n: 1,
          at: '2026-11-21T12:00:00.000Z',
          zoneId: 'use1-az1',
          name: 'us-east-1a',
          from: 'healthy',
          to: 'impaired',
          because: `autoshift since ${at(4)}`,
          generation: 1,
        },
      ],
    });
  });

  it('has an end before its start: the start comes too late', () => {
    const ended = apply(EMPTY_RECORD, end('use1-az1', 5));
    expect(ended.outcomes).toEqual(['applied']);
    expect(ended.record).toEqual({
      generation: 0,
      zones: [],
      ended: { 'use1-az1 autoshift/region': at(5) },
    });
    const late = apply(ended.record, start('use1-az1', 4));
    expect(late).toEqual({ record: ended.record, outcomes: ['superseded'] });
  });

  it('loses a tie as a start and wins it as an end, whichever comes first', () => {
    expect(activeIn(apply(EMPTY_RECORD, start('use1-az1', 4), end('use1-az1', 4)).record)).toEqual([]);
    expect(activeIn(apply(EMPTY_RECORD, end('use1-az1', 4), start('use1-az1', 4)).record)).toEqual([]);
  });

  it('ends one of two sources of a zone, and the zone with the last', () => {
    const two = apply(EMPTY_RECORD, start('use1-az1', 4), start('use1-az1', 4, 'autoshift/cluster')).record;
    expect(two.generation).toBe(1);
    const one = apply(two, end('use1-az1', 5)).record;
    expect([statesIn(one), activeIn(one), one.generation]).toEqual([
      ['use1-az1 impaired'],
      ['use1-az1 autoshift/cluster'],
      1,
    ]);
    const none = apply(one, end('use1-az1', 5, 'autoshift/cluster')).record;
    expect([statesIn(none), activeIn(none), none.generation]).toEqual([['use1-az1 recovering'], [], 2]);
  });

  it('impairs a recovering zone again', () => {
    const recovering = apply(EMPTY_RECORD, start('use1-az1', 4), end('use1-az1', 5)).record;
    const again = apply(recovering, start('use1-az1', 6));
    expect(again.outcomes).toEqual(['applied']);
    expect(statesIn(again.record)).toEqual(['use1-az1 impaired']);
    expect(again.record.generation).toBe(recovering.generation + 1);
  });

  it('moves the beginning back to an earlier start, and keeps the newest as what an end must beat', () => {
    const { record } = apply(EMPTY_RECORD, start('use1-az1', 5), start('use1-az1', 3), start('use1-az1', 8));
    expect(record.zones[0]?.sources).toEqual([
      { id: 'autoshift/region', kind: 'autoshift', since: at(3), lastStart: at(8) },
    ]);
    const between = apply(record, end('use1-az1', 6));
    expect(between.outcomes).toEqual(['superseded']);
    expect(between.record.zones[0]).toMatchObject({ state: 'impaired', sources: [{ since: at(8) }] });
    expect(between.record.generation).toBe(record.generation);
    expect(statesIn(apply(between.record, end('use1-az1', 9)).record)).toEqual(['use1-az1 recovering']);
  });

  it('keeps the name of a zone that nothing maps any more', () => {
    const named = applySignals(EMPTY_RECORD, [start('use1-az1', 4)], () => 'us-east-1a', asOf(NOON)).record;
    const again = apply(named, start('use1-az1', 4, 'autoshift/cluster')).record;
    expect(again.zones[0]?.name).toBe('us-east-1a');
  });
});
