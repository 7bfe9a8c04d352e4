import { describe, expect, it } from 'vitest';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import type { Thawed } from '../../../shared/record/orders.ts';
import { withinRoom } from '../../../shared/record/record-room.ts';
import { THAWED_BYTES, thawZones } from '../../../shared/record/thaw-zones.ts';
import type { RecordedState, RecordedZone, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { resolveStates } from '../../../shared/record/zone-states.ts';
import { zoneBytes } from '../../../shared/record/zone-text.ts';

const source = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };
const zone = (state: RecordedState, thawed?: Thawed, sources = [source]): RecordedZone => ({
  ...{ id: 'use1-az1', state, sources },
  ...(thawed === undefined ? {} : { thawed }),
});
const recordOf = (...zones: RecordedZone[]): ZoneRecord => ({ generation: 7, zones, ended: {} });
const wanted = (thawed: Thawed) => new Map([['use1-az1', thawed]]);
const context = {
  rules: { recoveryDelayMs: 0, maxImpairedZones: 5 },
  nowMs: Date.parse('2026-11-21T06:00:00Z'),
};
const thawedIn = ({ zones }: ZoneRecord) => zones.map(({ thawed }) => thawed);

describe('an order to thaw', () => {
  it('is a new generation, and the same order is none', () => {
    const after = thawZones(recordOf(zone('impaired')), wanted(['web', 'batch', 'web']));
    expect([after.generation, thawedIn(after)]).toEqual([8, [['batch', 'web']]]);
    expect(thawZones(after, wanted(['web', 'batch']))).toBe(after);
    expect(thawedIn(thawZones(after, wanted('all')))).toEqual(['all']);
    expect(thawedIn(thawZones(after, wanted([])))).toEqual([undefined]);
  });

  it.each<RecordedState>(['recovering', 'held', 'recorded'])('is none for a zone that is %s', (state) => {
    const record = recordOf(zone(state));
    expect(thawZones(record, wanted('all'))).toBe(record);
  });

  it('names as many as have room, and keeps to it when it is repeated', () => {
    const names = Array.from({ length: 2000 }, (_, index) => `a-node-pool-of-usual-length-${index}`);
    const record = recordOf(zone('impaired'));
    const after = thawZones(record, wanted(names));
    const [named = []] = thawedIn(after);
    expect(named.length).toBeGreaterThan(300);
    expect(
      zoneBytes(after.zones[0] as RecordedZone) - zoneBytes(record.zones[0] as RecordedZone),
    ).toBeLessThan(THAWED_BYTES + 20);
    expect(thawZones(after, wanted(names))).toBe(after);
    expect(thawedIn(withinRoom(recordOf(zone('impaired', names))).record)).toEqual([named]);
  });
});

describe('an order to thaw that was given', () => {
  const ended = (thawed: Thawed) => recordOf(zone('impaired', thawed, []));
  it.each<[string, ZoneRecord, ZoneRecord, Thawed | undefined]>([
    [
      'stays while the zone is away',
      recordOf(zone('impaired', 'all')),
      recordOf(zone('impaired', 'all')),
      'all',
    ],
    ['stays while the zone recovers', recordOf(zone('impaired', 'all')), ended('all'), 'all'],
    [
      'is no more when the zone is away anew',
      recordOf(zone('recovering', 'all', [])),
      recordOf(zone('recovering', 'all')),
      undefined,
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(thawedIn(resolveStates(before, after, context))).toEqual([expected]);
  });

  it('goes with the recovery, also where the zone stays in the record', () => {
    const recorded = { ...source, standing: 'recorded' as const };
    const record = recordOf(zone('recovering', 'all', [recorded as typeof source]));
    const after = completeRecovery(record, ['use1-az1'], context.nowMs);
    expect(after.zones).toEqual([zone('recorded', undefined, [recorded as typeof source])]);
  });
});
