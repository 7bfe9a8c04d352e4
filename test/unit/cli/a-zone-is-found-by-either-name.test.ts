import { describe, expect, it } from 'vitest';
import { zonesOfRecord } from '../../../cli/shift/zone-lookup.ts';
import { isLikeAnId, matchZone } from '../../../cli/zones/match-zone.ts';
import { A, autoshift, B, C, recordWith, zone } from '../zones/operator-scenes.ts';

const known = [A, B, C];

describe('a zone', () => {
  it.each([
    ['its ID', 'use1-az1', [A]],
    ['its name', 'us-east-1a', [A]],
    ['nothing like it', 'us-east-1', []],
    ['another case', 'US-EAST-1A', []],
    ['nothing', '', []],
  ])('is found by %s', (_what, text, found) => {
    expect(matchZone(text, known)).toEqual(found);
  });

  it('is every one that has the name', () => {
    const twice = { id: 'use1-az6', name: A.name };
    expect(matchZone(A.name, [...known, twice])).toEqual([A, twice]);
    expect(matchZone('use1-az6', [...known, twice])).toEqual([twice]);
  });

  it('is both where one zone’s ID is another’s name', () => {
    const odd = { id: 'use1-az6', name: A.id };
    expect(matchZone(A.id, [A, odd])).toEqual([A, odd]);
  });

  it('has the name that any place tells, the first where they differ', () => {
    const { id } = A;
    expect(matchZone(id, [{ id }, A, { id, name: 'us-east-1f' }])).toEqual([A]);
  });

  it('is known by the record when it stands in it or is used', () => {
    const record = { ...recordWith(zone(A, 'impaired', autoshift())), used: { [B.id]: B.name, [C.id]: '' } };
    expect(zonesOfRecord(record)).toEqual([A, B, { id: C.id }]);
  });
});

it.each([
  ['use1-az1', true],
  ['usw2-lax1-az1', true],
  ['use1-wl1-bos-wlz1', true],
  ['us-east-1a', false],
  ['us-west-2-lax-1a', false],
  ['USE1-AZ1', false],
  ['use1-az1.unreadable', false],
  ['x-az', false],
])('only an ID passes for one: %s, %s', (text, expected) => {
  expect(isLikeAnId(text)).toBe(expected);
});
