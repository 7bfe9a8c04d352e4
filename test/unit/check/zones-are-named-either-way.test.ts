import { describe, expect, it } from 'vitest';
import { missingName, readImpaired, readZoneMap } from '../../../cli/zones/named-zones.ts';

const known = readZoneMap(['usw2-az1=us-west-2a,usw2-az2=us-west-2b', 'usw2-az3=us-west-2c']);

describe('--zone-map', () => {
  it('takes one or several with commas, and may be repeated', () => {
    expect(known).toEqual([
      { id: 'usw2-az1', name: 'us-west-2a' },
      { id: 'usw2-az2', name: 'us-west-2b' },
      { id: 'usw2-az3', name: 'us-west-2c' },
    ]);
  });

  it.each(['us-west-2a', 'us-west-2a=usw2-az1', 'usw2-az1=', 'usw2-az1=a=b', 'usw2-az1=\u001b[2J'])(
    'refuses %j',
    (text) => {
      expect(() => readZoneMap([text])).toThrow(/usw2-az1=us-west-2a/);
    },
  );
});

describe('--impaired', () => {
  it('takes IDs and names, and knows a zone by both once something tells them', () => {
    expect(readImpaired(['us-west-2a, usw2-az2', 'usw2-az1'], known)).toEqual([
      { id: 'usw2-az1', name: 'us-west-2a' },
      { id: 'usw2-az2', name: 'us-west-2b' },
    ]);
  });

  it('takes what nothing knows by its form, and says what is missing', () => {
    const zones = readImpaired(['use1-az6', 'us-east-1f'], known);
    expect(zones).toEqual([
      { id: 'use1-az6', name: '' },
      { id: '', name: 'us-east-1f' },
    ]);
    expect(zones.map(missingName)).toEqual([
      expect.stringContaining('--zone-map use1-az6=NAME'),
      expect.stringContaining('--zone-map ID=us-east-1f'),
    ]);
    expect(readImpaired(['usw2-az1'], known).map(missingName)).toEqual([undefined]);
  });

  it('refuses a name that stands for two zones, and what is no zone', () => {
    const twice = [...known, { id: 'usw2-az4', name: 'us-west-2a' }];
    expect(() => readImpaired(['us-west-2a'], twice)).toThrow(/usw2-az1 and usw2-az4/);
    expect(() => readImpaired(['US WEST'], known)).toThrow(/is no zone/);
  });
});
