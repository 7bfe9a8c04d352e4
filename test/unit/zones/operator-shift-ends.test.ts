import { describe, expect, it } from 'vitest';
import { cancelShift, extendShift } from '../../../shared/record/operator-shift.ts';
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
  recordWith,
  shown,
  zone,
} from './operator-scenes.ts';

describe('extend', () => {
  const four = { zone: A, forMs: 4 * HOUR, by: 'carol' };
  const present = recordWith(zone(A, 'impaired', byAlice(inHours(1), { forced: true })));

  it('moves the end, counted from now, and keeps the beginning, the reason and the force', () => {
    const { record, source } = changeOf(extendShift(present, four, context()));
    expect(source).toEqual(byAlice(inHours(4), { forced: true, by: 'carol' }));
    expect(record.generation).toBe(7);
  });

  it('takes a new reason', () => {
    const change = changeOf(extendShift(present, { ...four, reason: 'still slow' }, context()));
    expect(change.source.reason).toBe('still slow');
  });

  it('extends what the guard holds back, which stays held back', () => {
    const held = recordWith(
      zone(A, 'held', byAlice(inHours(1))),
      zone(B, 'impaired', autoshift(-3)),
      zone(C, 'impaired', autoshift(-3)),
    );
    expect(changeOf(extendShift(held, four, context())).zone).toMatchObject({ state: 'held' });
  });

  it('follows rules that changed since', () => {
    const change = changeOf(extendShift(present, four, context(operatorRule('record'))));
    expect(change.zone).toMatchObject({ state: 'recovering', sources: [{ standing: 'recorded' }] });
    const back = changeOf(extendShift(change.record, { ...four, forMs: 5 * HOUR }, context()));
    expect(back.zone).toMatchObject({ state: 'impaired' });
    expect(back.source).not.toHaveProperty('standing');
  });

  it.each([
    ['none runs', recordWith(zone(A, 'impaired', autoshift())), four, context(), { kind: 'runs-not' }],
    [
      'its time is over',
      recordWith(zone(A, 'recovering', byAlice(inHours(0)))),
      four,
      context(),
      { kind: 'runs-not' },
    ],
    [
      'it lasts longer already',
      present,
      { ...four, forMs: HOUR - 1 },
      context(),
      { kind: 'ends-later', until: inHours(1) },
    ],
    [
      'it is longer than allowed',
      present,
      four,
      context({ operatorMaxMs: HOUR }),
      { kind: 'too-long', maxMs: HOUR },
    ],
    ['the rules ignore operators', present, four, context(operatorRule('ignore')), { kind: 'ignored' }],
  ])('is refused where %s', (_name, record, extension, when, refusal) => {
    expect(extendShift(record, extension, when)).toEqual({ kind: 'refused', refusal });
  });
});

describe('cancel', () => {
  const mine = byAlice(inHours(1));
  it.each([
    ['leaves a zone recovering', zone(A, 'impaired', mine), context(), ['use1-az1 recovering []'], 8],
    [
      'leaves impaired what AWS shifts away',
      zone(A, 'impaired', autoshift(), mine),
      context(),
      ['use1-az1 impaired [autoshift/region]'],
      7,
    ],
    ['takes a held zone out of the record', zone(A, 'held', mine), context(), [], 7],
    [
      'also where the rules ignore operators since',
      zone(A, 'impaired', mine),
      context(operatorRule('ignore')),
      ['use1-az1 recovering []'],
      8,
    ],
    [
      'waits for the recovery delay from now on',
      zone(A, 'impaired', mine, delay(1)),
      context({ recoveryDelayMs: HOUR }),
      ['use1-az1 impaired [recovery-delay]'],
      7,
    ],
  ])('%s', (_name, present, when, expected, generation) => {
    const change = changeOf(cancelShift(recordWith(present), A, when));
    expect(shown(change.record)).toEqual(expected);
    expect(change.record.generation).toBe(generation);
    expect(change.source).toEqual(mine);
  });

  it('is refused where none runs', () => {
    const refused = { kind: 'refused', refusal: { kind: 'runs-not' } };
    expect(cancelShift(recordWith(), A, context())).toEqual(refused);
    expect(cancelShift(recordWith(zone(A, 'impaired', autoshift())), A, context())).toEqual(refused);
  });
});
