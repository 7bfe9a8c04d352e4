import { describe, expect, it } from 'vitest';
import { EMPTY_RECORD } from '../../../shared/record/zone-record.ts';
import { ARN, bytes, heard, KIB, looked, names, sourcesOf } from './forged-messages.ts';
import { activeIn, NOON } from './signals.ts';

describe('twelve forged messages', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => ({
    zone: `use1-az${index}`,
    resources: names(50, '"'),
  }));

  it('leave a record of a quarter of a ConfigMap, that ARC can correct', () => {
    let record = EMPTY_RECORD;
    for (const one of twelve) record = heard(record, [one]).record;
    expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    for (let look = 0; look < 3; look += 1) {
      record = looked(record, NOON + look * 60_000);
      expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    }
    expect(activeIn(record)).toEqual([]);
  });

  it('say what had no room', () => {
    const { hearings } = heard(EMPTY_RECORD, twelve);
    expect(hearings.filter(({ outcome }) => outcome === 'applied').length).toBeGreaterThan(20);
    expect(hearings.filter(({ outcome }) => outcome === 'no-room')[0]?.why).toContain('no room');
  });
});

describe('the reasons of a zone', () => {
  it('are ten by event at the most; of the same worth the newest stay', () => {
    const ages = Array.from({ length: 30 }, (_, age) => ({
      resources: [`r-${age}`],
      atMs: NOON - age * 1000,
    }));
    const kept = Array.from({ length: 10 }, (_, age) => `autoshift/r-${age}`).sort();
    expect(sourcesOf(heard(EMPTY_RECORD, ages).record)).toEqual(kept);
    expect(sourcesOf(heard(EMPTY_RECORD, ages.toReversed()).record)).toEqual(kept);
  });

  it('that the rules only record keep no real one out: fifty forged practice runs', () => {
    const forged = Array.from({ length: 50 }, (_, index) => ({
      type: 'Practice Run Started',
      resources: [`name-${index}`],
    }));
    const filled = heard(EMPTY_RECORD, forged, { arc: false }).record;
    expect(sourcesOf(filled)).toHaveLength(10);
    const { record, hearings, dropped } = heard(filled, [{ atMs: NOON - 60_000 }], { arc: false });
    expect(hearings).toEqual([{ outcome: 'applied' }]);
    expect(sourcesOf(record)).toContain('autoshift/region');
    expect(record.zones[0]?.state).toBe('impaired');
    expect(dropped).toEqual([{ zoneId: 'use1-az1', sources: 1 }]);
  });

  it('of one resource push out none of the Region, however new they are', () => {
    const region = heard(EMPTY_RECORD, [{ atMs: NOON - 3_600_000 }], { arc: false }).record;
    const flood = Array.from({ length: 200 }, (_, index) => ({
      resources: [`r-${index}`, `${index}/region`],
    }));
    expect(sourcesOf(heard(region, flood, { arc: false }).record)).toContain('autoshift/region');
  });

  it('that a message repeats are one', () => {
    const resources = Array.from({ length: 100 }, () => 'same');
    expect(heard(EMPTY_RECORD, [{ resources }]).hearings).toHaveLength(1);
  });
});

describe('the name of a resource', () => {
  it.each(['r', '"', '\\', '\n', '\u0000', '😀', 'ä', '\ud800'])(
    'of two thousand times %j is short',
    (text) => {
      const resources = [text.repeat(2048).slice(0, 2048)];
      const { record } = heard(EMPTY_RECORD, [{ resources }]);
      expect(JSON.stringify(sourcesOf(record)[0]).length).toBeLessThanOrEqual(300);
      expect(bytes(record)).toBeLessThanOrEqual(2 * KIB);
    },
  );

  it('that is short is as it is, and two that begin alike are two', () => {
    const resources = [
      ARN,
      'x'.repeat(256),
      ...names(2).map((name) => `y${name.slice(2)}${name.slice(0, 1)}`),
    ];
    const ids = sourcesOf(heard(EMPTY_RECORD, [{ resources }]).record);
    expect(ids).toEqual(expect.arrayContaining([`autoshift/${ARN}`, `autoshift/${'x'.repeat(256)}`]));
    expect(new Set(ids).size).toBe(4);
  });

  it('is the same in the end as in the start', () => {
    const resources = names(1);
    const { record } = heard(EMPTY_RECORD, [{ resources }], { arc: false });
    const ended = heard(record, [{ type: 'Autoshift Completed', resources }], { arc: false });
    expect(activeIn(ended.record)).toEqual([]);
  });
});

describe('zones', () => {
  const flood = Array.from({ length: 300 }, (_, index) => ({
    zone: `zone-${index}`,
    type: 'Practice Run Started',
    resources: ['r'],
    atMs: NOON - index,
  }));

  it('that nothing but events knows are twenty at the most', () => {
    const { record } = heard(EMPTY_RECORD, flood, { arc: false });
    expect(record.zones).toHaveLength(20);
    expect(heard(record, [{ zone: 'use1-az1' }], { arc: false }).hearings).toEqual([{ outcome: 'applied' }]);
  });

  it('that the account names, or that ARC tells of, have room beside them', () => {
    const { record } = heard(EMPTY_RECORD, flood, { arc: false });
    const named = (id: string) => (id.startsWith('use1') ? `name-${id}` : undefined);
    const ours = Array.from({ length: 30 }, (_, index) => ({ zone: `use1-az${index}` }));
    const { hearings } = heard(record, ours, { arc: false, nameOf: named });
    expect(new Set(hearings.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    const fact = { id: 'arc/1', kind: 'zonal-shift', since: new Date(NOON).toISOString(), applied: true };
    const seen = looked(record, NOON, { resource: [{ ...fact, zoneId: 'use1-az9' }] });
    expect(sourcesOf(seen, 'use1-az9')).toEqual(['arc/1']);
  });

  it('that are enforced are given to nobody else', () => {
    const impairing = flood.map((one) => ({ ...one, type: 'Autoshift In Progress' }));
    const first = heard(EMPTY_RECORD, impairing.slice(0, 20), { arc: false }).record;
    const { record, hearings } = heard(first, impairing.slice(20), { arc: false });
    expect(record.zones.map(({ id }) => id)).toEqual(first.zones.map(({ id }) => id));
    expect(new Set(hearings.map(({ outcome }) => outcome))).toEqual(new Set(['no-room']));
  });
});

describe('ends', () => {
  it('of sources that stand, and of the Region, are remembered before those that somebody makes up', () => {
    const real = { type: 'Autoshift Completed', atMs: NOON - 3_600_000 };
    let record = heard(EMPTY_RECORD, [{ atMs: NOON - 7_200_000 }, real]).record;
    for (let index = 0; index < 20; index += 1) {
      const forged = { type: 'Autoshift Completed', zone: `zone-${index}`, resources: names(100) };
      record = heard(record, [forged]).record;
    }
    expect(record.ended).toHaveProperty(['use1-az1 autoshift/region']);
    expect(bytes({ ...EMPTY_RECORD, ended: record.ended })).toBeLessThanOrEqual(64 * KIB);
  });
});
