import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import type { ArcLook } from '../../../shared/record/arc-facts.ts';
import { hear } from '../../../shared/record/hear.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { decodeRecord, encodeRecord } from '../../../shared/record/record-document.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { type TendScene, tendRecord } from '../../../shared/record/tend-record.ts';
import { EMPTY_RECORD, type RecordedSource, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { activeIn, NOON, statesIn } from './signals.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const nameOf = () => undefined;
const rules = DEFAULT_ZONE_RULES;
const REGION = { id: 'autoshift/region', kind: 'autoshift' };

function signal(change: 'start' | 'end', at: string | number, source = REGION): ZoneSignal {
  const time = typeof at === 'string' ? at : new Date(at).toISOString();
  return { change, zoneId: 'use1-az1', source, at: time };
}

function heard(record: ZoneRecord, signals: readonly ZoneSignal[], nowMs: number, arc = false) {
  const context = { rules, arc, resourceArn: undefined, nowMs, nameOf };
  return hear(record, { signals, look: true, receivedAt: nowMs }, context);
}

const scene = (nowMs: number, members: Partial<TendScene> = {}): TendScene => ({
  rules,
  nowMs,
  nameOf,
  parents: new Map(),
  used: undefined,
  mute: [],
  highestMark: 0,
  ...members,
});

const look = (askedAtMs: number, members: Partial<ArcLook> = {}): ArcLook => ({
  askedAtMs,
  region: [],
  resource: [],
  ...members,
});

function stored(members: Partial<ZoneRecord>, ...sources: readonly RecordedSource[]): ZoneRecord {
  const zones = sources.length === 0 ? [] : [{ id: 'use1-az1', state: 'impaired' as const, sources }];
  return { ...EMPTY_RECORD, generation: 7, zones, ...members };
}

describe.each([
  ['where ARC is asked', true],
  ['by events alone', false],
])('%s', (_, arc) => {
  it.each(['start', 'end'] as const)('a %s of the year 9999 is ignored, in words', (change) => {
    const { record, hearings } = heard(EMPTY_RECORD, [signal(change, '9999-12-31T23:59:59Z')], NOON, arc);
    expect(hearings).toEqual([{ outcome: 'ignored', why: expect.stringContaining('ahead of this watcher') }]);
    expect({ zones: record.zones, ended: record.ended }).toEqual({ zones: [], ended: {} });
  });

  it('an end from the future keeps no start away, then or 20 days later', () => {
    const { record } = heard(EMPTY_RECORD, [signal('end', NOON + DAY)], NOON, arc);
    expect(statesIn(heard(record, [signal('start', NOON)], NOON, arc).record)).toEqual(['use1-az1 impaired']);
    const later = NOON + 20 * DAY;
    expect(statesIn(heard(record, [signal('start', later)], later, arc).record)).toEqual([
      'use1-az1 impaired',
    ]);
  });

  it('a quarter of an hour is what a clock may be behind', () => {
    const within = heard(EMPTY_RECORD, [signal('start', NOON + 15 * MINUTE)], NOON, arc);
    expect(within.hearings).toEqual([{ outcome: 'applied' }]);
    const beyond = heard(EMPTY_RECORD, [signal('start', NOON + 15 * MINUTE + 1)], NOON, arc);
    expect(beyond.hearings).toMatchObject([{ outcome: 'ignored' }]);
  });
});

describe('what an earlier version believed', () => {
  const ended = { 'use1-az1 autoshift/region': '9999-12-31T23:59:59Z' };
  const forged = { ...REGION, since: '9000-01-01T00:00:00Z', until: '9000-01-08T00:00:00.000Z' };

  it('an end of the year 9999 goes with the first thing that is heard, and by itself', () => {
    expect(tendRecord(stored({ ended }), scene(NOON)).ended).toEqual({});
    const { record, hearings } = heard(stored({ ended }), [signal('start', NOON)], NOON);
    expect([statesIn(record), hearings]).toEqual([['use1-az1 impaired'], [{ outcome: 'applied' }]]);
    expect(record.ended).toEqual({});
  });

  it('a start of the year 9000 goes by itself, and its zone recovers', () => {
    const record = tendRecord(stored({}, forged), scene(NOON));
    expect(statesIn(record)).toEqual(['use1-az1 recovering']);
    expect(record.generation).toBe(8);
    expect(record.history?.at(-1)).toMatchObject({ from: 'impaired', to: 'recovering' });
  });

  it('a start that was announced again from the future stays as it was, without the end that counted from then', () => {
    const since = new Date(NOON - MINUTE).toISOString();
    const source = { ...forged, since, lastStart: '9000-01-01T00:00:00Z' };
    const [zone] = tendRecord(stored({}, source), scene(NOON)).zones;
    expect(zone?.sources).toEqual([{ ...REGION, since }]);
    const byEvents = tendRecord(stored({}, source), scene(NOON, { mute: ['region', 'resource'] }));
    expect(byEvents.zones[0]?.sources[0]?.until).toBe(new Date(NOON - MINUTE + 7 * DAY).toISOString());
  });

  it('a silence of ARC that begins in the year 9000 begins at the next look', () => {
    const since = new Date(NOON - DAY).toISOString();
    const source = { ...REGION, id: 'arc/autoshift/region', via: 'arc' as const, since };
    let record = stored({}, { ...source, absentSince: '9000-01-01T00:00:00Z' });
    for (let minute = 0; minute < 3; minute += 1)
      record = reconcileWithArc(record, look(NOON + minute * MINUTE), {
        rules,
        nameOf,
        nowMs: NOON + minute * MINUTE,
      });
    expect(statesIn(record)).toEqual(['use1-az1 recovering']);
  });

  it('history, numbers and requests from far ahead hold up nothing', () => {
    const transition = {
      n: 5,
      at: '9000-01-01T00:00:00Z',
      zoneId: 'use1-az1',
      from: 'impaired' as const,
      to: 'recovering' as const,
      because: '',
      generation: 7,
    };
    const requests = {
      look: '9000-01-01T00:00:00Z',
      received: { generation: 7, at: '9000-01-01T00:00:00Z' },
    };
    const record = tendRecord(stored({ history: [transition], told: 5, requests }), scene(NOON));
    expect(record.history).toEqual([{ ...transition, at: new Date(NOON).toISOString() }]);
    expect(record).not.toHaveProperty('requests');
    expect(record.told).toBe(5);
    const absurd = stored({ told: Number.MAX_SAFE_INTEGER });
    const next = heard(tendRecord(absurd, scene(NOON)), [signal('start', NOON)], NOON).record;
    expect(next.history?.map(({ n }) => n)).toEqual([1]);
    expect(decodeRecord(encodeRecord(next)).unreadable).toEqual([]);
  });

  it("a person's shift whose clock was a year ahead lasts as long as it was asked for, from now", () => {
    const source = {
      id: 'operator',
      kind: 'operator',
      via: 'operator' as const,
      since: new Date(NOON + 365 * DAY).toISOString(),
      until: new Date(NOON + 365 * DAY + 30 * MINUTE).toISOString(),
    };
    const [zone] = tendRecord(stored({}, source), scene(NOON)).zones;
    expect(zone?.sources).toEqual([
      { ...source, since: new Date(NOON).toISOString(), until: new Date(NOON + 30 * MINUTE).toISOString() },
    ]);
    const hourAhead = { ...source, since: new Date(NOON + 60 * MINUTE).toISOString() };
    const record = stored({}, hourAhead);
    expect(tendRecord(record, scene(NOON)).zones).toEqual(record.zones);
  });

  // Finding 12: a recovery delay after an event of 9999 left `until: +010000-01-01T00:09:59.000Z`.
  it('a zone with a year of six digits is read, and the real shift in it stays', () => {
    const real = { ...REGION, since: new Date(NOON - MINUTE).toISOString() };
    const delay = { id: 'recovery-delay', kind: 'recovery-delay', via: 'derived' as const };
    const text = JSON.stringify({
      state: 'impaired',
      sources: [
        real,
        { ...delay, since: '9999-12-31T23:59:59.000Z', until: '+010000-01-01T00:09:59.000Z' },
        {
          ...REGION,
          id: 'autoshift/x',
          since: '9999-12-31T23:59:59.000Z',
          until: '+010000-01-07T23:59:59.000Z',
        },
      ],
    });
    const annotations = { 'zonewarden.io/generation': '7' };
    const { record, unreadable } = decodeRecord({ annotations, data: { 'use1-az1': text } });
    expect(unreadable).toEqual([]);
    const healed = tendRecord(record, scene(NOON, { rules: { ...rules, recoveryDelayMs: 10 * MINUTE } }));
    expect(activeIn(healed)).toEqual(['use1-az1 autoshift/region']);
    expect(decodeRecord(encodeRecord(healed))).toEqual({ record: healed, unreadable: [] });
  });

  it('is healed once: what is sound comes back as it is', () => {
    const healed = tendRecord(stored({ ended, told: 3 }, forged), scene(NOON));
    expect(tendRecord(healed, scene(NOON))).toBe(healed);
  });
});

describe('an end of 40 days ahead', () => {
  const ended = { 'use1-az1 autoshift/region': new Date(NOON + 40 * DAY).toISOString() };
  const since = new Date(NOON - MINUTE).toISOString();
  const source = { id: 'arc/autoshift/region', kind: 'autoshift', via: 'arc' as const, since };

  it('ends nothing that ARC told of while ARC is mute', () => {
    const record = tendRecord(stored({ ended }, source), scene(NOON, { mute: ['region'] }));
    expect(statesIn(record)).toEqual(['use1-az1 impaired']);
  });

  it('does not shorten the grace to a second look', () => {
    const context = { rules, nameOf, nowMs: NOON };
    const first = reconcileWithArc(stored({ ended }, source), look(NOON), context);
    const second = reconcileWithArc(first, look(NOON + 10_000), { ...context, nowMs: NOON + 10_000 });
    expect(activeIn(second)).toEqual(['use1-az1 arc/autoshift/region']);
  });
});

describe('what ARC dates absurdly', () => {
  const fact = { zoneId: 'use1-az1', id: 'arc/1', kind: 'zonal-shift', applied: true };
  const context = { rules, nameOf, nowMs: NOON };

  it('stands since the look that found it, and is open-ended where its end is beyond all limits', () => {
    const shift = { ...fact, since: '9000-01-01T00:00:00Z', until: '9999-01-01T00:00:00Z' };
    const record = reconcileWithArc(EMPTY_RECORD, look(NOON, { resource: [shift] }), context);
    const { applied: _, zoneId: _zone, ...named } = fact;
    expect(record.zones[0]?.sources).toEqual([{ ...named, via: 'arc', since: new Date(NOON).toISOString() }]);
    const again = reconcileWithArc(record, look(NOON + MINUTE, { resource: [shift] }), context);
    expect(again).toBe(record);
  });

  it('in a zone that is no zone ID it is passed over, and the rest counts', () => {
    const shift = { ...fact, since: new Date(NOON).toISOString() };
    const resource = [{ ...shift, zoneId: 'no zone\n' }, { ...shift, zoneId: 'A'.repeat(300) }, shift];
    const record = reconcileWithArc(EMPTY_RECORD, look(NOON, { resource }), context);
    expect(record.zones.map(({ id }) => id)).toEqual(['use1-az1']);
  });
});

/** RFC 3339 as schemas take it: any year of four digits, offsets that lead out of it. */
const anyTime = fc.oneof(
  fc.integer({ min: NOON - 40 * DAY, max: NOON + 40 * DAY }).map((ms) => new Date(ms).toISOString()),
  fc.constantFrom(
    '0000-01-01T00:00:00+23:59',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
    '9999-12-31T23:59:59.999999999Z',
    '9000-01-01T00:00:00Z',
  ),
);
const anySignal = fc.record({
  change: fc.constantFrom('start' as const, 'end' as const),
  zoneId: fc.constantFrom('use1-az1', 'use1-az2'),
  source: fc.constantFrom(REGION, { id: 'zonal-shift/x', kind: 'zonal-shift' }),
  at: anyTime,
});
const delayed = { ...rules, recoveryDelayMs: DAY };
const readsBack = (record: ZoneRecord) =>
  expect(decodeRecord(encodeRecord(record))).toEqual({ record, unreadable: [] });

describe('whatever is made of any times', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(
        fc.array(anySignal, { maxLength: 6 }),
        anyTime,
        anyTime,
        fc.boolean(),
        (signals, since, until, arc) => {
          const until7d = signals.map((one) => ({ ...one, until }));
          const applied = applySignals(EMPTY_RECORD, until7d, nameOf, { rules: delayed, nowMs: NOON }).record;
          readsBack(applied);
          const context = { rules: delayed, arc, resourceArn: undefined, nowMs: NOON, nameOf };
          const said = hear(applied, { signals, look: true, receivedAt: NOON }, context).record;
          readsBack(said);
          const fact = { zoneId: 'use1-az1', id: 'arc/1', kind: 'zonal-shift', since, until, applied: true };
          const seen = reconcileWithArc(said, look(NOON, { resource: [fact] }), context);
          readsBack(seen);
          readsBack(tendRecord(seen, scene(NOON, { rules: delayed, mute: ['region', 'resource'] })));
        },
      ),
      { numRuns: 200 },
    );
  });

  // Recovery delay 10m, `Manual Shift Started` of 9999: `until: +010000-01-01T00:09:59.000Z`.
  it('also a recovery delay after the end of time', () => {
    const started = { ...signal('start', '9999-12-31T23:59:59Z'), until: '9999-12-31T23:59:59Z' };
    const { record } = applySignals(EMPTY_RECORD, [started], nameOf, { rules: delayed, nowMs: NOON });
    readsBack(record);
  });
});
