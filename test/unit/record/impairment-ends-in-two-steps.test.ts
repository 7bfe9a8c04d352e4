import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeRecovery, expireSources } from '../../../shared/record/end-of-impairment.ts';
import { renameZones } from '../../../shared/record/rename-zones.ts';
import { raiseAbove } from '../../../shared/record/tend-record.ts';
import {
  EMPTY_RECORD,
  effectiveAt,
  type RecordedZone,
  type ZoneRecord,
} from '../../../shared/record/zone-record.ts';
import { asOf, at, NOON, statesIn } from './signals.ts';

function zone(id: string, ...untils: (string | undefined)[]): RecordedZone {
  return {
    id,
    state: untils.length === 0 ? 'recovering' : 'impaired',
    sources: untils.map((until, index) => ({
      id: `source-${index}`,
      kind: 'autoshift',
      since: at(1),
      ...(until === undefined ? {} : { until }),
    })),
  };
}

function recordOf(...zones: RecordedZone[]): ZoneRecord {
  return { generation: 5, zones, ended: {} };
}

const FOUR = Date.parse(at(4));

describe('the set at a moment', () => {
  it('is what the record has where nothing ends by itself', () => {
    const record = recordOf(zone('use1-az1', undefined), zone('use1-az2'));
    expect(effectiveAt(record, Number.MAX_SAFE_INTEGER)).toEqual({
      generation: record.generation,
      zones: record.zones,
    });
  });

  it('has a source up to its end, and not at it', () => {
    const record = recordOf(zone('use1-az1', at(4)));
    expect(effectiveAt(record, FOUR - 1).zones[0]).toMatchObject({ state: 'impaired', sources: [{}] });
    expect(effectiveAt(record, FOUR).zones[0]).toMatchObject({ state: 'recovering', sources: [] });
  });

  it('keeps a zone impaired for the source that is left, at the generation of the record', () => {
    const set = effectiveAt(recordOf(zone('use1-az1', at(4), undefined, at(8))), FOUR);
    expect(set.generation).toBe(5);
    expect(set.zones.map(({ state, sources }) => [state, sources.map(({ id }) => id)])).toEqual([
      ['impaired', ['source-1', 'source-2']],
    ]);
  });
});

describe('expiry', () => {
  it('is no change while nothing has expired', () => {
    const record = recordOf(zone('use1-az1', at(4)), zone('use1-az2', undefined), zone('use1-az3'));
    expect(expireSources(record, asOf(FOUR - 1))).toBe(record);
  });

  it('makes the record what was enforced already, and counts where enforcement sees it', () => {
    const record = recordOf(zone('use1-az1', at(4)), zone('use1-az2', at(4), undefined));
    const expired = expireSources(record, asOf(FOUR));
    expect(expired.zones).toEqual(effectiveAt(record, FOUR).zones);
    expect(expired.generation).toBe(6);
    const unseen = recordOf(zone('use1-az2', at(4), undefined));
    expect(expireSources(unseen, asOf(FOUR)).generation).toBe(5);
    expect(expireSources(unseen, asOf(FOUR)).zones[0]?.sources).toHaveLength(1);
  });

  it('is done once: the second time is no change', () => {
    const until = fc.option(
      fc.integer({ min: 1, max: 9 }).map((hour) => at(hour)),
      { nil: undefined },
    );
    const untils = fc.array(fc.array(until, { maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(untils, fc.integer({ min: 0, max: 10 }), (lists, hour) => {
        const now = Date.parse(at(hour));
        const record = recordOf(...lists.map((list, index) => zone(`use1-az${index}`, ...list)));
        const expired = expireSources(record, asOf(now));
        expect(expireSources(expired, asOf(now))).toBe(expired);
        expect(effectiveAt(expired, now).zones).toEqual(effectiveAt(record, now).zones);
      }),
    );
  });
});

describe('completing a recovery', () => {
  it('takes out zones that are recovering, and counts', () => {
    const done = completeRecovery(recordOf(zone('use1-az1'), zone('use1-az2')), ['use1-az1'], NOON);
    expect([statesIn(done), done.generation]).toEqual([['use1-az2 recovering'], 6]);
  });

  it('leaves a zone alone that was impaired again meanwhile, and one that it does not know', () => {
    const record = recordOf(zone('use1-az1', undefined), zone('use1-az2'));
    expect(completeRecovery(record, ['use1-az1', 'use1-az9'], NOON)).toBe(record);
    expect(completeRecovery(record, [], NOON)).toBe(record);
  });
});

describe('the names of zones', () => {
  it('come into the record when they are known, and count', () => {
    const record = recordOf(zone('use1-az1', undefined), zone('use1-az2', undefined));
    const named = renameZones(record, (id) => (id === 'use1-az1' ? 'us-east-1a' : undefined), asOf(NOON));
    expect(named.zones.map(({ name }) => name)).toEqual(['us-east-1a', undefined]);
    expect(named.generation).toBe(6);
    expect(Object.keys(named.zones[1] ?? {})).not.toContain('name');
  });

  it('are never forgotten, and corrected when the cluster says otherwise', () => {
    const record = recordOf({ ...zone('use1-az1', undefined), name: 'us-east-1a' });
    expect(renameZones(record, () => undefined, asOf(NOON))).toBe(record);
    expect(renameZones(record, () => 'us-east-1a', asOf(NOON))).toBe(record);
    expect(renameZones(record, () => 'us-east-1c', asOf(NOON)).zones[0]?.name).toBe('us-east-1c');
  });
});

describe('the generation', () => {
  it('is raised above what a NodePool names, and only then', () => {
    const record = { ...EMPTY_RECORD, generation: 5 };
    expect(raiseAbove(4, record)).toBe(record);
    expect(raiseAbove(5, record)).toBe(record);
    expect(raiseAbove(6, record)).toEqual({ ...record, generation: 7 });
  });
});
