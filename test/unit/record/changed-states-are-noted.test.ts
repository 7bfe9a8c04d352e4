import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import { noteTransitions } from '../../../shared/record/note-transitions.ts';
import { startShift } from '../../../shared/record/operator-shift.ts';
import {
  EMPTY_RECORD,
  type RecordedSource,
  type RecordedState,
  type ZoneRecord,
} from '../../../shared/record/zone-record.ts';
import {
  A,
  autoshift,
  B,
  changeOf,
  context,
  delay,
  order,
  recordWith,
  zone,
} from '../zones/operator-scenes.ts';
import { replayed, statesById, transitionsIn } from './replayed.ts';
import { anySignals, asOf, at, end, NOON, start } from './signals.ts';

const unknown = () => undefined;
const source = (hour: number, members: Partial<RecordedSource> = {}): RecordedSource => ({
  id: `autoshift/${hour}`,
  kind: 'autoshift',
  since: at(hour),
  ...members,
});
const recordOf = (state: RecordedState | 'healthy', ...sources: RecordedSource[]): ZoneRecord => ({
  generation: 5,
  zones: state === 'healthy' ? [] : [{ id: 'use1-az1', state, sources }],
  ended: {},
});

describe('a change of a state', () => {
  const four = source(4);
  const idle = source(4, { standing: 'recorded' });
  it.each([
    ['healthy', [], 'impaired', [four, source(5)], `autoshift since ${at(4)}, autoshift since ${at(5)}`],
    ['healthy', [], 'held', [four], `autoshift since ${at(4)}`],
    ['healthy', [], 'recorded', [idle], `autoshift since ${at(4)}`],
    ['recorded', [idle], 'impaired', [four], `autoshift since ${at(4)}`],
    ['recovering', [], 'impaired', [four], `autoshift since ${at(4)}`],
    ['impaired', [four], 'recovering', [], `gone: autoshift since ${at(4)}`],
    ['impaired', [four], 'recovering', [{ ...four, until: at(11) }], `gone: autoshift since ${at(4)}`],
    ['impaired', [four], 'recovering', [idle], `counts no more: autoshift since ${at(4)}`],
    [
      'impaired',
      [four, source(5)],
      'recovering',
      [idle],
      `gone: autoshift since ${at(5)}; counts no more: autoshift since ${at(4)}`,
    ],
    ['impaired', [four], 'recovering', [four], `held back by the guard: autoshift since ${at(4)}`],
    ['impaired', [idle], 'recovering', [idle], 'nothing counts any more'],
    ['held', [four], 'healthy', [], `gone: autoshift since ${at(4)}`],
    ['recorded', [idle], 'healthy', [], `gone: autoshift since ${at(4)}`],
    ['recovering', [], 'healthy', [], 'its recovery is complete'],
    ['recovering', [idle], 'recorded', [idle], 'its recovery is complete'],
    ['recovering', [four], 'held', [four], 'its recovery is complete'],
  ] as const)('from %s %j to %s %j says why', (from, before, to, after, because) => {
    const noted = noteTransitions(recordOf(from, ...before), recordOf(to, ...after), NOON);
    const [transition, ...others] = noted.history ?? [];
    expect(others).toEqual([]);
    expect(transition).toEqual({
      n: 1,
      at: '2026-11-21T12:00:00.000Z',
      zoneId: 'use1-az1',
      from,
      to,
      because,
      generation: 5,
    });
  });

  it('has the name that the zone has or had, and the generation of its write', () => {
    const named = applySignals(EMPTY_RECORD, [start('use1-az1', 4)], () => 'us-east-1a', asOf(NOON)).record;
    const recovering = applySignals(named, [end('use1-az1', 5)], unknown, asOf(NOON)).record;
    const { history } = completeRecovery(recovering, ['use1-az1'], NOON);
    expect(history?.map(({ to, name, generation }) => [to, name, generation])).toEqual([
      ['impaired', 'us-east-1a', 1],
      ['recovering', 'us-east-1a', 2],
      ['healthy', 'us-east-1a', 3],
    ]);
  });

  it('stands in the order of zone IDs, where several zones change in one write', () => {
    const zoneOf = (id: string) => ({ id, state: 'recorded' as const, sources: [source(4)] });
    const before = { ...recordOf('healthy'), zones: [zoneOf('use1-az2'), zoneOf('use1-az4')] };
    const after = { ...before, zones: [zoneOf('use1-az1'), zoneOf('use1-az4'), zoneOf('use1-az6')] };
    expect(transitionsIn(noteTransitions(before, after, NOON))).toEqual([
      '1 use1-az1 healthy > recorded',
      '2 use1-az2 recorded > healthy',
      '3 use1-az6 healthy > recorded',
    ]);
  });

  it('says why a recovery ends, where that is known', () => {
    const why = new Map([['use1-az1', 'the time limit is over']]);
    const { history } = completeRecovery(recordOf('recovering'), ['use1-az1'], NOON, why);
    expect(history?.map(({ because }) => because)).toEqual(['the time limit is over']);
  });

  it('goes on above what was there and what was told, where somebody deleted the history', () => {
    const away = applySignals(EMPTY_RECORD, [start('use1-az1', 4)], unknown, asOf(NOON)).record;
    const { history: _deleted, ...rest } = away;
    const next = (record: ZoneRecord) =>
      transitionsIn(applySignals(record, [end('use1-az1', 5)], unknown, asOf(NOON)).record).at(-1);
    expect(next(away)).toBe('2 use1-az1 impaired > recovering');
    expect(next({ ...rest, told: 41 })).toBe('42 use1-az1 impaired > recovering');
  });

  it('is noted for each zone of an operator shift, the ones that the guard takes out too', () => {
    const two = recordWith(zone(A, 'impaired', autoshift(-2)), zone(B, 'impaired', autoshift(-1)));
    const forced = order({ id: 'use1-az4', name: 'us-east-1c' }, { forced: true });
    expect(transitionsIn(changeOf(startShift(two, forced, context())).record)).toEqual([
      '1 use1-az2 impaired > recovering',
      '2 use1-az4 healthy > impaired',
    ]);
  });

  it('is noted of the shifted zone only where the rules could not be read', () => {
    const before = recordWith(zone(B, 'impaired', delay(-0.5)));
    const { record } = changeOf(startShift(before, order(A), context({}, false)));
    expect(transitionsIn(record)).toEqual(['1 use1-az1 healthy > impaired']);
    expect(record.history?.[0]?.generation).toBe(record.generation);
  });
});

describe('the history', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: anySignals.map((signals) => ({ signals, done: [] as string[] })) },
    {
      weight: 1,
      arbitrary: fc
        .subarray(['use1-az1', 'use1-az2', 'usw2-lax1-az1'])
        .map((done) => ({ signals: [], done })),
    },
  );

  it('tells of every state that changes, and of nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let record = EMPTY_RECORD;
        for (const { signals, done } of steps) {
          const heard = applySignals(record, signals, unknown, asOf(NOON)).record;
          const next = completeRecovery(heard, done, NOON);
          expect(replayed(record, heard)).toEqual(statesById(heard));
          expect(replayed(heard, next)).toEqual(statesById(next));
          if (JSON.stringify(next.zones.map(stateOf)) === JSON.stringify(record.zones.map(stateOf)))
            expect(next.history).toBe(record.history);
          record = next;
        }
        expect(replayed(EMPTY_RECORD, record)).toEqual(statesById(record));
        const numbers = record.history?.map(({ n }) => n) ?? [];
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('is not touched by what changes no state', () => {
    const away = applySignals(EMPTY_RECORD, [start('use1-az1', 4)], unknown, asOf(NOON)).record;
    const more = applySignals(away, [start('use1-az1', 4, 'autoshift/cluster')], unknown, asOf(NOON)).record;
    expect(more).not.toBe(away);
    expect(more.history).toBe(away.history);
    expect(noteTransitions(away, more, NOON)).toBe(more);
  });
});

function stateOf({ id, state }: { readonly id: string; readonly state: RecordedState }): string {
  return `${id} ${state}`;
}
