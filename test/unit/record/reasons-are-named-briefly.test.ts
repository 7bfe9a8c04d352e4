import { describe, expect, it } from 'vitest';
import { type OrderedZone, showSources, type ZoneSource } from '../../../shared/record/orders.ts';
import { zonesInLine } from '../../../shared/record/worth.ts';
import type { RecordedSource } from '../../../shared/record/zone-record.ts';
import { at } from './signals.ts';

const zoneOf = (sources: readonly ZoneSource[]): OrderedZone => ({
  id: 'use1-az1',
  state: 'impaired',
  sources,
});
const sources = (count: number): ZoneSource[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `autoshift/${index}`,
    kind: `kind-${index}`,
    since: at(count - index),
  }));

describe('the reasons of a zone in words', () => {
  it('are all named while they are few', () => {
    expect(showSources(zoneOf([]))).toBe('no active source');
    expect(showSources(zoneOf(sources(2)))).toBe(`kind-0 since ${at(2)}, kind-1 since ${at(1)}`);
  });

  it('are the oldest five and how many more there are', () => {
    const text = showSources(zoneOf(sources(12)));
    expect(text.split(', ').map((part) => part.split(' ')[0])).toEqual([
      'kind-7',
      'kind-8',
      'kind-9',
      'kind-10',
      'kind-11',
      '7',
    ]);
    expect(text).toContain(', 7 more');
  });

  it('have a few hundred bytes, whatever an earlier version or an edit has left in the record', () => {
    const long = '"'.repeat(100_000);
    const wild = Array.from({ length: 5000 }, (_, index) => ({
      id: `${index}${long}`,
      kind: long,
      since: `2026-11-21T04:00:00.${'0'.repeat(100_000)}Z`,
      until: `2026-11-21T05:00:00.${'0'.repeat(100_000)}Z`,
    }));
    expect(showSources(zoneOf(wild.slice(0, 50))).length).toBeLessThan(1000);
  });
});

describe('zones in a line of the log', () => {
  it('have the sources of people and of ARC first, and are twenty of four at the most', () => {
    const told: RecordedSource[] = sources(10);
    const operator: RecordedSource = { id: 'operator', kind: 'operator', since: at(1), via: 'operator' };
    const zones = Array.from({ length: 50 }, (_, index) => ({
      id: `zone-${index}`,
      state: index === 49 ? ('impaired' as const) : ('recorded' as const),
      sources: [...told, operator],
    }));
    const line = zonesInLine(zones);
    expect(line).toHaveLength(20);
    expect(line[0]?.id).toBe('zone-49');
    for (const zone of line) {
      expect(zone.sources).toHaveLength(4);
      expect(zone.sources[0]).toEqual(operator);
    }
  });
});
