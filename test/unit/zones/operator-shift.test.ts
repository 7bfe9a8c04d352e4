import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cancelShift,
  guardOf,
  type ShiftContext,
  startShift,
} from '../../../shared/record/operator-shift.ts';
import { decodeRecord, encodeRecord } from '../../../shared/record/record-document.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import {
  A,
  autoshift,
  B,
  byAlice,
  C,
  changeOf,
  context,
  delay,
  HOUR,
  inHours,
  operatorRule,
  order,
  recordWith,
  shown,
  zone,
} from './operator-scenes.ts';

describe('start', () => {
  it('writes who, why and until when, impairs the zone and counts the generation up', () => {
    const { record, source, zone: after } = changeOf(startShift(recordWith(), order(A), context()));
    expect(source).toEqual({
      id: 'operator',
      kind: 'operator',
      since: '2026-11-21T12:00:00.000Z',
      until: '2026-11-21T14:00:00.000Z',
      via: 'operator',
      by: 'bob',
      reason: 'packet loss',
    });
    expect(after).toEqual({ ...A, state: 'impaired', sources: [source] });
    expect(record).toMatchObject({ generation: 8, zones: [after] });
    expect(decodeRecord(encodeRecord(record))).toEqual({ record, unreadable: [] });
  });

  const cases: [string, ZoneRecord, ShiftContext, string[], number][] = [
    [
      'joins what AWS says, without a new generation',
      recordWith(zone(A, 'impaired', autoshift())),
      context(),
      ['use1-az1 impaired [autoshift/region operator]'],
      7,
    ],
    [
      'takes the place of a shift whose time is over',
      recordWith(zone(A, 'impaired', byAlice(inHours(0)))),
      context(),
      ['use1-az1 impaired [operator]'],
      7,
    ],
    [
      'impairs a zone that recovers',
      recordWith(zone(A, 'recovering')),
      context(),
      ['use1-az1 impaired [operator]'],
      8,
    ],
    [
      'stands beside another zone while one is left',
      recordWith(zone(B, 'impaired', autoshift())),
      context(),
      ['use1-az1 impaired [operator]', 'use1-az2 impaired [autoshift/region]'],
      8,
    ],
    [
      'is recorded where the rules say so, and changes nothing that is enforced',
      recordWith(),
      context(operatorRule('record')),
      ['use1-az1 recorded [operator]'],
      7,
    ],
    [
      'is recorded where the rules say so, also where the guard would refuse it',
      recordWith(zone(B, 'impaired', autoshift())),
      context({ ...operatorRule('record'), maxImpairedZones: 1 }),
      ['use1-az1 recorded [operator]', 'use1-az2 impaired [autoshift/region]'],
      7,
    ],
    [
      'has its recovery delay ahead of time',
      recordWith(),
      context({ recoveryDelayMs: HOUR }),
      ['use1-az1 impaired [operator recovery-delay]'],
      8,
    ],
  ];
  it.each(cases)('%s', (_name, record, when, expected, generation) => {
    const change = changeOf(startShift(record, order(A), when));
    expect(shown(change.record)).toEqual(expected);
    expect(change.record.generation).toBe(generation);
    expect(change.takenOut).toEqual([]);
  });

  it('keeps the name that the record has', () => {
    const present = recordWith(zone({ id: A.id, name: 'as-recorded' }, 'recorded', autoshift()));
    expect(changeOf(startShift(present, order(A), context())).zone?.name).toBe('as-recorded');
  });

  const running = byAlice(inHours(1));
  it.each([
    [
      'one runs',
      recordWith(zone(A, 'impaired', running)),
      context(),
      { kind: 'runs-already', source: running },
    ],
    ['the rules ignore operators', recordWith(), context(operatorRule('ignore')), { kind: 'ignored' }],
    [
      'it is longer than allowed',
      recordWith(),
      context({ operatorMaxMs: 2 * HOUR - 1 }),
      { kind: 'too-long', maxMs: 2 * HOUR - 1 },
    ],
  ])('is refused where %s', (_name, record, when, refusal) => {
    expect(startShift(record, order(A), when)).toEqual({ kind: 'refused', refusal });
  });

  it('may be exactly as long as allowed', () => {
    expect(startShift(recordWith(), order(A), context({ operatorMaxMs: 2 * HOUR })).kind).toBe('changed');
  });
});

describe('the guard', () => {
  const two = recordWith(zone(A, 'impaired', autoshift(-2)), zone(B, 'impaired', autoshift(-1)));

  it('refuses the last zone, and says what forcing it would take out', () => {
    const outcome = startShift(two, order(C), context());
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'held', guard: { limit: 2, impaired: [A, B], held: [] }, wouldTakeOut: [B] },
    });
  });

  it('is passed by force, and takes out what came last instead', () => {
    const change = changeOf(startShift(two, order(C, { forced: true }), context()));
    expect(change.source.forced).toBe(true);
    expect(shown(change.record)).toEqual([
      'use1-az1 impaired [autoshift/region]',
      'use1-az2 recovering [autoshift/region]',
      'use1-az4 impaired [operator]',
    ]);
    expect(change.takenOut.map(({ id }) => id)).toEqual([B.id]);
  });

  it('lets in again what it held back for a shift that is cancelled', () => {
    const forced = changeOf(startShift(two, order(C, { forced: true }), context())).record;
    const change = changeOf(cancelShift(forced, C, context()));
    expect(shown(change.record)[1]).toBe('use1-az2 impaired [autoshift/region]');
    expect(change.letIn.map(({ id }) => id)).toEqual([B.id]);
    expect(change.record.generation).toBe(9);
  });

  it.each([
    ['held', zone(A, 'held', autoshift())],
    ['recovering because of it', zone(A, 'recovering', autoshift())],
  ])('refuses a zone that is %s already', (_name, present) => {
    const outcome = startShift(recordWith(present), order(A), context({ maxImpairedZones: 0 }));
    expect(outcome).toMatchObject({ refusal: { kind: 'held', guard: { held: [A] }, wouldTakeOut: [] } });
  });

  it('does not count a zone that the cluster does not use, and holds nothing back where nobody knows', () => {
    const elsewhere = { id: 'use1-az9', name: 'us-east-1z' };
    expect(startShift(two, order(elsewhere), context()).kind).toBe('changed');
    const { used: _used, ...unknown } = two;
    expect(startShift(unknown, order(C), context()).kind).toBe('changed');
    expect(guardOf(unknown, context().rules, context().nowMs).limit).toBeUndefined();
  });
});

describe('where the rules could not be read', () => {
  const waits = zone(B, 'impaired', delay(-0.5));
  it('a zone that waits for its recovery delay goes on waiting', () => {
    const change = changeOf(startShift(recordWith(waits), order(A), context({}, false)));
    expect(shown(change.record)).toEqual([
      'use1-az1 impaired [operator recovery-delay]',
      'use1-az2 impaired [recovery-delay]',
    ]);
    expect(change.record.generation).toBe(8);
    // With the rules that the defaults are, it would come back.
    expect(shown(changeOf(startShift(recordWith(waits), order(A), context())).record)[1]).toContain(
      'recovering',
    );
  });

  it('no other zone is ever touched, and the generation grows with what is enforced', () => {
    const state = fc.constantFrom('impaired', 'recovering', 'recorded', 'held' as const);
    fc.assert(
      fc.property(state, state, fc.boolean(), fc.integer({ min: 0, max: 3 }), (b, c, forced, most) => {
        const before = recordWith(zone(B, b, autoshift()), zone(C, c, delay(-0.5)));
        const outcome = startShift(before, order(A, { forced }), context({ maxImpairedZones: most }, false));
        if (outcome.kind === 'refused') return;
        const { record } = outcome;
        expect(record.zones.filter(({ id }) => id !== A.id)).toEqual(before.zones);
        expect(record.generation).toBe(8);
      }),
    );
  });
});
