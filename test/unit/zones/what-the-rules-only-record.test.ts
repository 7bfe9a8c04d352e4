import { describe, expect, it } from 'vitest';
import { onlyInShadow, shadowAt } from '../../../shared/record/shadow-set.ts';
import type { RecordedSource, RecordedState, ZoneRecord } from '../../../shared/record/zone-record.ts';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const USED = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b', 'use1-az3': 'us-east-1c' };

const source = (parts: Partial<RecordedSource> = {}): RecordedSource => ({
  id: 'autoshift/region',
  kind: 'autoshift',
  since: '2026-11-21T05:00:00Z',
  ...parts,
});
const RECORDED = source({ standing: 'recorded' });

function recordOf(
  zones: Readonly<Record<string, readonly [RecordedState, ...RecordedSource[]]>>,
  used?: ZoneRecord['used'],
): ZoneRecord {
  return {
    generation: 4,
    zones: Object.entries(zones).map(([id, [state, ...sources]]) => ({ id, state, sources })),
    ended: {},
    ...(used === undefined ? {} : { used }),
  };
}

const shown = (record: ZoneRecord, most?: number) =>
  shadowAt(record, NOW, most)?.zones.map(({ id, state }) => `${id} ${state}`);

describe('a shadow is cast', () => {
  it.each<[string, ZoneRecord, string[]]>([
    [
      'by a zone that the rules only record',
      recordOf({ 'use1-az1': ['recorded', RECORDED] }),
      ['use1-az1 impaired'],
    ],
    [
      'beside a zone that is impaired',
      recordOf({ 'use1-az1': ['recorded', RECORDED], 'use1-az2': ['impaired', source()] }),
      ['use1-az1 impaired', 'use1-az2 impaired'],
    ],
    [
      'beside a zone that recovers',
      recordOf({ 'use1-az1': ['recorded', RECORDED], 'use1-az2': ['recovering'] }),
      ['use1-az1 impaired', 'use1-az2 recovering'],
    ],
    [
      'by the source that the rules record, among others that would not count',
      recordOf({ 'use1-az1': ['recorded', source({ id: 'x', standing: 'pending' }), RECORDED] }),
      ['use1-az1 impaired'],
    ],
  ])('%s', (_name, record, expected) => {
    expect(shown(record)).toEqual(expected);
  });
});

describe('none is cast', () => {
  it.each<[string, ZoneRecord]>([
    ['by an empty record', recordOf({})],
    ['by a zone that is impaired', recordOf({ 'use1-az1': ['impaired', source(), RECORDED] })],
    ['by a zone that is on its way back', recordOf({ 'use1-az1': ['recovering', RECORDED] })],
    ['by a zone that the guard holds', recordOf({ 'use1-az1': ['held', source()] })],
    [
      'by a shift that ARC does not apply',
      recordOf({ 'use1-az1': ['recorded', source({ standing: 'not-applied' })] }),
    ],
    [
      'by one that ARC has yet to confirm',
      recordOf({ 'use1-az1': ['recorded', source({ standing: 'pending' })] }),
    ],
    [
      'by a source whose time is over',
      recordOf({ 'use1-az1': ['recorded', source({ standing: 'recorded', until: '2026-11-21T06:00:00Z' })] }),
    ],
  ])('%s', (_name, record) => {
    expect(shadowAt(record, NOW)).toBeUndefined();
  });
});

describe('the guard', () => {
  const both = recordOf(
    { 'use1-az1': ['impaired', source()], 'use1-az2': ['recorded', RECORDED] },
    { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b' },
  );

  it('leaves one zone in a shadow too, and what is impaired keeps its place', () => {
    expect(shown(both)).toBeUndefined();
    expect(shown({ ...both, used: USED })).toEqual(['use1-az1 impaired', 'use1-az2 impaired']);
  });

  it('counts as the rules say where the caller knows them', () => {
    expect(shown({ ...both, used: USED }, 1)).toBeUndefined();
    expect(shown(both, 2)).toEqual(['use1-az1 impaired', 'use1-az2 impaired']);
  });
});

it('has the generation of the record, and the sources that would count', () => {
  const record = recordOf({ 'use1-az1': ['recorded', source({ id: 'x', standing: 'pending' }), RECORDED] });
  expect(shadowAt(record, NOW)).toMatchObject({ generation: 4, zones: [{ sources: [RECORDED] }] });
});

it('tells its own zones from those that are in force', () => {
  const record = recordOf({ 'use1-az1': ['recorded', RECORDED], 'use1-az2': ['impaired', source()] });
  const shadow = shadowAt(record, NOW) ?? { generation: 0, zones: [] };
  const inForce = { generation: 4, zones: shadow.zones.filter(({ id }) => id === 'use1-az2') };
  expect(onlyInShadow(shadow, inForce).map(({ id }) => id)).toEqual(['use1-az1']);
});
