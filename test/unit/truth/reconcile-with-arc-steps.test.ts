import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArcFact, type ArcLook, factsOf } from '../../../shared/record/arc-facts.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { decodeRecord, encodeRecord } from '../../../shared/record/record-document.ts';
import { tendRecord } from '../../../shared/record/tend-record.ts';
import { withoutArc } from '../../../shared/record/without-arc.ts';
import {
  EMPTY_RECORD,
  enforcesTheSame,
  type RecordedSource,
  type ZoneRecord,
} from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const time = (ms: number) => new Date(ms).toISOString();
const around = (nowMs = NOON, rules = DEFAULT_ZONE_RULES) => ({ rules, nowMs, nameOf: () => undefined });
const zoneId = 'use1-az1';
const empty = (askedAtMs: number): ArcLook => ({ askedAtMs, region: [], resource: [] });
const manual: ArcFact = {
  zoneId,
  id: 'arc/shift-1',
  kind: 'zonal-shift',
  since: time(NOON - 600_000),
  applied: true,
};
const holding = (source: RecordedSource, ended = {}): ZoneRecord => ({
  generation: 3,
  ended,
  zones: [{ id: zoneId, state: 'impaired', sources: [source] }],
});

const fact: fc.Arbitrary<ArcFact> = fc.record({
  zoneId: fc.constantFrom('use1-az1', 'use1-az2'),
  id: fc.constantFrom('arc/a', 'arc/b'),
  kind: fc.constantFrom('zonal-shift', 'practice-run'),
  since: fc.constant(time(NOON - 60_000)),
  applied: fc.constantFrom(true, false, undefined),
});
const facts = fc.option(fc.uniqueArray(fact, { selector: (one) => one.zoneId + one.id, maxLength: 3 }), {
  nil: undefined,
});

describe('a look at ARC', () => {
  it('changes nothing more the second time, and counts exactly where enforcement differs', () => {
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 5 }), (looks) => {
        let record = EMPTY_RECORD;
        looks.forEach((resource, index) => {
          const nowMs = NOON + index * 40_000;
          const look = { askedAtMs: nowMs, region: undefined, resource };
          const next = reconcileWithArc(record, look, around(nowMs));
          expect(next.generation === record.generation).toBe(enforcesTheSame(record, next));
          expect(reconcileWithArc(next, look, around(nowMs))).toBe(next);
          record = next;
        });
      }),
    );
  });

  it('that is empty by mistake ends nothing, also where another resource ended a shift of the kind', () => {
    const ended = { [`${zoneId} zonal-shift/another`]: time(NOON - 60_000) };
    const record = reconcileWithArc(
      { ...EMPTY_RECORD, ended },
      { ...empty(NOON), resource: [manual] },
      around(),
    );
    const after = reconcileWithArc(record, empty(NOON + 30_000), around(NOON + 30_000));
    expect(after.zones[0]?.state).toBe('impaired');
    expect(reconcileWithArc(after, empty(NOON + 40_000), around(NOON + 40_000)).zones[0]?.state).toBe(
      'recovering',
    );
  });

  it('that has two autoshifts of one zone gives a record that can be read', () => {
    const autoshifts = [1, 2].map((minutes) => ({ zoneId, since: time(NOON - minutes * 60_000) }));
    const answer = {
      askedAtMs: NOON,
      autoshifts: { ok: true as const, value: autoshifts },
      zonalShifts: undefined,
      resource: undefined,
    };
    const record = reconcileWithArc(EMPTY_RECORD, factsOf(answer), around());
    expect(decodeRecord(encodeRecord(record)).unreadable).toEqual([]);
    expect(record.zones[0]?.sources.map(({ since }) => since)).toEqual([time(NOON - 60_000)]);
  });

  it('with the list alone keeps an autoshift of the resource, and what was not applied stays so', () => {
    const autoshift: RecordedSource = {
      id: 'arc/autoshift/resource',
      kind: 'autoshift',
      since: time(NOON),
      via: 'arc',
    };
    const region: ArcFact[] = [
      { zoneId, id: 'arc/autoshift/region', kind: 'autoshift', since: time(NOON), applied: true },
    ];
    const rules = { ...DEFAULT_ZONE_RULES, scope: 'cluster' as const };
    const listed = { askedAtMs: NOON, region, resource: [], listOnly: true as const };
    const record = holding(autoshift);
    expect(reconcileWithArc(record, listed, around(NOON, rules))).toBe(record);
    const waits = holding({
      id: manual.id,
      kind: manual.kind,
      since: manual.since,
      via: 'arc',
      standing: 'not-applied',
    });
    const after = reconcileWithArc(
      waits,
      { ...listed, resource: [{ ...manual, applied: undefined }] },
      around(),
    );
    expect(after.zones[0]?.sources.find(({ id }) => id === manual.id)?.standing).toBe('not-applied');
  });

  it('takes no event for told by an autoshift of the Region that the rules only record', () => {
    const rules = {
      ...DEFAULT_ZONE_RULES,
      kinds: { ...DEFAULT_ZONE_RULES.kinds, 'observer-autoshift': 'record' as const },
    };
    const region: ArcFact[] = [
      { zoneId, id: 'arc/autoshift/region', kind: 'autoshift', since: time(NOON), applied: true },
    ];
    const record = holding({ id: 'autoshift/ours', kind: 'autoshift', since: time(NOON) });
    const after = reconcileWithArc(record, { askedAtMs: NOON, region, resource: [] }, around(NOON, rules));
    expect(after.zones[0]?.state).toBe('impaired');
  });
});

describe('while ARC cannot be asked', () => {
  it('a start that waited is only recorded where the rules say so', () => {
    const zones = [
      {
        id: zoneId,
        state: 'recorded' as const,
        sources: [
          { id: 'practice-run/x', kind: 'practice-run', since: time(NOON), standing: 'pending' as const },
        ],
      },
    ];
    const after = withoutArc({ ...EMPTY_RECORD, zones }, ['resource'], around());
    expect(after.generation).toBe(0);
    expect(after.zones[0]).toMatchObject({ state: 'recorded', sources: [{ standing: 'recorded' }] });
  });

  it('what ARC told of gets a latest end, from the beginning of the silence', () => {
    const record = holding({
      id: 'arc/autoshift/region',
      kind: 'autoshift',
      since: time(NOON - 30 * 86_400_000),
      via: 'arc',
    });
    const after = withoutArc(record, ['region'], around());
    expect(after.zones[0]?.sources[0]?.until).toBe(time(NOON + 7 * 86_400_000));
    expect(withoutArc(after, ['region'], around(NOON + 1000))).toBe(after);
  });
});

it('a record with nothing to do for its keeper comes back as the same object', () => {
  const record = holding({ id: 'arc/shift-1', kind: 'zonal-shift', since: time(NOON), via: 'arc' });
  const surroundings = { ...around(), parents: new Map(), used: undefined, mute: [], highestMark: 0 };
  expect(tendRecord(record, surroundings)).toBe(record);
});
