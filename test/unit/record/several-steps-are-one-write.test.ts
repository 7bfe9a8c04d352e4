import { describe, expect, it } from 'vitest';
import { asOneWrite } from '../../../shared/record/as-one-write.ts';
import { noteTransitions } from '../../../shared/record/note-transitions.ts';
import { tendRecord } from '../../../shared/record/tend-record.ts';
import type { RecordedState, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { transitionsIn } from './replayed.ts';
import { at, NOON, statesIn } from './signals.ts';

const BEFORE: ZoneRecord = { generation: 5, zones: [], ended: {} };

/** What steps make of a record in which the first of two zones is impaired and the second is not there. */
function afterSteps(...steps: readonly (readonly (RecordedState | 'healthy')[])[]): ZoneRecord {
  let record = BEFORE;
  for (const [index, states] of steps.entries()) {
    const zones = states.flatMap((state, zone) =>
      state === 'healthy' ? [] : [{ id: `use1-az${zone + 1}`, state, sources: [] }],
    );
    const next = { ...record, generation: record.generation + 1, zones };
    record = noteTransitions(record, next, NOON + index);
  }
  return record;
}

const first = afterSteps(['impaired', 'healthy']);

describe('several steps of one write', () => {
  it.each([
    ['none of a zone that is as it was', [['recovering'], ['impaired']], []],
    [
      'one of a zone that changed twice',
      [
        ['impaired', 'recorded'],
        ['impaired', 'held'],
      ],
      ['2 use1-az2 healthy > held'],
    ],
    ['none of a zone that came and went', [['impaired', 'recorded'], ['impaired']], []],
    [
      'one each of two zones, in the order of their last changes',
      [
        ['recovering', 'recorded'],
        ['recovering', 'impaired'],
        ['healthy', 'impaired'],
      ],
      ['2 use1-az2 healthy > impaired', '3 use1-az1 impaired > healthy'],
    ],
  ] as const)('have %s', (_, steps, expected) => {
    const after = afterSteps(['impaired', 'healthy'], ...steps);
    const one = asOneWrite(first, after);
    expect(transitionsIn(one)).toEqual(['1 use1-az1 healthy > impaired', ...expected]);
    expect(one.zones).toEqual(after.zones);
    for (const { generation } of one.history?.slice(1) ?? []) expect(generation).toBe(after.generation);
  });

  it('leave the history out where there was none and none is needed', () => {
    expect(asOneWrite(BEFORE, afterSteps(['impaired'], ['healthy']))).not.toHaveProperty('history');
  });

  it('leave a history alone that they do not touch', () => {
    const renamed = { ...first, generation: 9 };
    expect(asOneWrite(first, renamed)).toBe(renamed);
  });
});

describe('a round of the leader', () => {
  const autoshift = { id: 'autoshift/region', kind: 'autoshift', since: at(4) };
  const around = {
    rules: DEFAULT_ZONE_RULES,
    nowMs: NOON,
    nameOf: () => undefined,
    parents: new Map<string, string>(),
    used: undefined,
    mute: ['region' as const],
    highestMark: 0,
  };

  it('tells nobody that a zone was given back for the time between two steps', () => {
    const operator = {
      id: 'operator',
      kind: 'operator',
      since: at(3),
      until: at(11),
      via: 'operator' as const,
    };
    const record: ZoneRecord = {
      ...BEFORE,
      zones: [
        { id: 'use1-az1', state: 'impaired', sources: [{ ...autoshift, standing: 'pending' }, operator] },
      ],
    };
    const tended = tendRecord(record, around);
    expect(statesIn(tended)).toEqual(['use1-az1 impaired']);
    expect(tended.zones[0]?.sources.map(({ id }) => id)).toEqual(['autoshift/region']);
    expect(tended).not.toHaveProperty('history');
    expect(tendRecord(tended, around)).toBe(tended);
  });

  it('notes a transition with the generation that is written', () => {
    const record: ZoneRecord = {
      ...BEFORE,
      zones: [{ id: 'use1-az1', state: 'impaired', sources: [{ ...autoshift, until: at(11) }] }],
    };
    const tended = tendRecord(record, { ...around, highestMark: 30 });
    expect(transitionsIn(tended)).toEqual(['1 use1-az1 impaired > recovering']);
    expect([tended.generation, tended.history?.[0]?.generation]).toEqual([31, 31]);
  });
});
