import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../shared/record/arc-facts.ts';
import { tendRecord } from '../../../shared/record/tend-record.ts';
import { EMPTY_RECORD, type RecordedSource, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { bytes, heard, KIB, looked, names, scene, sourcesOf } from './forged-messages.ts';
import { NOON } from './signals.ts';

describe('a record that an earlier version let grow', () => {
  const since = new Date(NOON - 60_000).toISOString();
  const forged = (zone: number): RecordedSource[] =>
    names(50).map((name) => ({ id: `autoshift/${zone}/${name}`, kind: 'autoshift', since }));
  const overfull: ZoneRecord = {
    generation: 7,
    zones: Array.from({ length: 9 }, (_, index) => ({
      id: `use1-az${index}`,
      state: 'impaired' as const,
      sources: forged(index),
    })),
    ended: {},
  };

  it('is brought within its room by itself, and no zone of it is given back', () => {
    expect(bytes(overfull)).toBeGreaterThan(900 * KIB);
    const record = tendRecord(overfull, scene());
    expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    expect(record.zones.map(({ state }) => state)).toEqual(overfull.zones.map(() => 'impaired'));
    expect(record.generation).toBe(7);
    expect(tendRecord(record, scene())).toBe(record);
  });

  it('keeps what ARC and people said', () => {
    const arc = { id: 'arc/1', kind: 'zonal-shift', since, via: 'arc' as const };
    const operator = {
      id: 'operator',
      kind: 'operator',
      since,
      via: 'operator' as const,
      by: 'me',
      reason: 'why',
    };
    const zones = overfull.zones.map((zone) => ({ ...zone, sources: [arc, operator, ...zone.sources] }));
    const record = tendRecord({ ...overfull, zones }, scene());
    expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    for (const zone of record.zones) expect(zone.sources).toEqual(expect.arrayContaining([arc, operator]));
  });

  it('loses texts that nobody would read to the end', () => {
    const long = 'x'.repeat(100_000);
    const source = { id: 'operator', kind: long, since, via: 'operator' as const, by: long, reason: long };
    const zones = [{ id: 'use1-az1', name: long, state: 'impaired' as const, sources: [source] }];
    const used = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`z-${index}`, long]));
    const record = tendRecord({ ...EMPTY_RECORD, zones, used }, scene());
    expect(bytes(record)).toBeLessThanOrEqual(16 * KIB);
    expect(sourcesOf(record)).toEqual(['operator']);
  });
});

describe('what ARC tells', () => {
  it('in an answer of thousands is what is applied, and the newest of the rest', () => {
    const zonalShifts = Array.from({ length: 5000 }, (_, index) => ({
      id: `${'i'.repeat(3000)}${index}`,
      zoneId: 'use1-az1',
      type: 'T'.repeat(3000),
      since: new Date(NOON - index * 1000).toISOString(),
      until: undefined,
      applied: index === 4999,
    }));
    const resource = { ok: true as const, value: { zonalShifts, autoshifts: [] } };
    const autoshifts = { ok: true as const, value: [] };
    const facts = factsOf({ askedAtMs: NOON, autoshifts, zonalShifts: undefined, resource }).resource ?? [];
    expect(facts).toHaveLength(200);
    expect(facts.filter(({ applied }) => applied)).toHaveLength(1);
    expect(Buffer.byteLength(JSON.stringify(facts))).toBeLessThan(120 * KIB);
    expect(looked(EMPTY_RECORD, NOON, { resource: facts }).zones[0]?.state).toBe('impaired');
  });

  it('has 64 KiB whatever events said, and is bounded itself: what counts stays', () => {
    let record = EMPTY_RECORD;
    for (let zone = 0; zone < 20; zone += 1)
      record = heard(record, [{ zone: `use1-az${zone}`, resources: names(100, '\n') }]).record;
    const since = new Date(NOON - 1000).toISOString();
    const resource = Array.from({ length: 5000 }, (_, index) => ({
      zoneId: `use1-az${index % 6}`,
      id: `arc/${String(index).padStart(36, '0')}`,
      kind: 'zonal-shift',
      since,
      applied: index < 6,
    }));
    const seen = looked(record, NOON, { resource });
    expect(bytes(seen)).toBeLessThanOrEqual(256 * KIB);
    const ofArc = seen.zones.flatMap(({ sources }) => sources.filter(({ via }) => via === 'arc'));
    expect(ofArc.filter(({ standing }) => standing === undefined)).toHaveLength(6);
    expect(Buffer.byteLength(JSON.stringify(ofArc))).toBeGreaterThan(64 * KIB);
    const again = looked(seen, NOON, { resource });
    expect(looked(again, NOON, { resource })).toBe(again);
  });
});
