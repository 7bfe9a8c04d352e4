import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followParents } from '../../../shared/record/child-zones.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import { cancelShift, guardOf, startShift } from '../../../shared/record/operator-shift.ts';
import type { Reach } from '../../../shared/record/reach.ts';
import { shadowAt } from '../../../shared/record/shadow-set.ts';
import { tendRecord } from '../../../shared/record/tend-record.ts';
import { useOfZone } from '../../../shared/record/use-of-zone.ts';
import { zoneEventOf } from '../../../shared/record/zone-event.ts';
import {
  effectiveAt,
  type RecordedSource,
  type RecordedZone,
  type ZoneRecord,
} from '../../../shared/record/zone-record.ts';
import { resolveStates } from '../../../shared/record/zone-states.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const AUTOSHIFT: RecordedSource = {
  id: 'autoshift/region',
  kind: 'autoshift',
  since: '2026-11-21T04:00:00Z',
};
const CLASS = 'EC2NodeClass default has a subnet there';
const THREE: Reach = {
  zones: {
    'use1-az1': { name: 'us-east-1a', by: CLASS },
    'use1-az2': { name: 'us-east-1b', by: CLASS },
    'use1-az4': { name: 'us-east-1d', by: CLASS },
  },
  names: {},
};
const FOUR: Reach = { ...THREE, zones: { ...THREE.zones, 'use1-az3': { by: CLASS } } };
const UNKNOWN: Reach = { ...THREE, unknown: 'NodePool web refers to NodeClass x' };
const USED: Record<string, string> = {
  'use1-az1': 'us-east-1a',
  'use1-az2': 'us-east-1b',
  'use1-az4': 'us-east-1d',
};
const context = { rules: DEFAULT_ZONE_RULES, nowMs: NOW };

const recordOf = (zones: readonly RecordedZone[], reach?: Reach, used = USED): ZoneRecord => ({
  ...{ generation: 5, zones, ended: {}, used },
  ...(reach === undefined ? {} : { reach }),
});
const shifted = (id: string, members: Partial<RecordedZone> = {}): RecordedZone => ({
  ...{ id, state: 'recorded', sources: [AUTOSHIFT] },
  ...members,
});
const resolved = (record: ZoneRecord, before = record) => resolveStates(before, record, context);
const withAutoshift = (zone: RecordedZone) => ({ ...zone, sources: [AUTOSHIFT, ...zone.sources] });
const states = ({ zones }: ZoneRecord) => zones.map(({ id, state, use }) => `${id} ${state} ${use ?? '-'}`);
/** What one round of the leader makes of a record. */
const tended = (record: ZoneRecord, reach: Reach | undefined, nowMs = NOW) =>
  tendRecord(record, {
    ...{ rules: DEFAULT_ZONE_RULES, nowMs, nameOf: () => undefined, parents: new Map() },
    ...{ used: undefined, reach, mute: [], highestMark: 0 },
  });

describe('the use of a zone', () => {
  const named = (names: Record<string, string>): Reach => ({ ...THREE, names });
  it.each([
    ['has a subnet of it', { id: 'use1-az1' }, THREE, 'used'],
    ['has nothing there', { id: 'use1-az3' }, THREE, 'elsewhere'],
    ['has nothing there, by name', { id: 'use1-az3', name: 'us-east-1c' }, THREE, 'elsewhere'],
    ['is not known as a whole', { id: 'use1-az3' }, UNKNOWN, 'unknown'],
    ['is known for this zone at least', { id: 'use1-az1' }, UNKNOWN, 'used'],
    ['names it', { id: 'use1-az3', name: 'us-east-1c' }, named({ 'us-east-1c': 'a NodePool' }), 'used'],
    ['names a zone that it may be', { id: 'use1-az3' }, named({ 'us-east-1f': 'a NodePool' }), 'unknown'],
    [
      'names another zone of an unknown ID',
      { id: 'use1-az3', name: 'us-east-1c' },
      named({ 'us-east-1f': 'a NodePool' }),
      'elsewhere',
    ],
    ['has not been looked at', { id: 'use1-az3' }, undefined, undefined],
  ] as const)('where the cluster %s', (_, zone, reach, use) => {
    expect(useOfZone(zone, reach)?.use).toBe(use);
  });
});

describe('the state of a zone that is shifted away', () => {
  const elsewhere = shifted('use1-az3', { state: 'elsewhere', use: 'elsewhere' });
  const unsure = shifted('use1-az3', { state: 'impaired', use: 'unknown', why: 'x' });
  const used = shifted('use1-az3', { state: 'impaired', use: 'used', why: CLASS });
  const going = shifted('use1-az3', { state: 'recovering', use: 'elsewhere' });
  it.each([
    ['is elsewhere where nothing of the cluster is there', shifted('use1-az3'), THREE, 'elsewhere elsewhere'],
    ['is impaired where something is', shifted('use1-az3'), FOUR, 'impaired used'],
    ['is impaired where nobody knows', shifted('use1-az3'), UNKNOWN, 'impaired unknown'],
    ['is impaired where nobody has said', shifted('use1-az3'), undefined, 'impaired -'],
    ['is impaired once the cluster uses it', elsewhere, FOUR, 'impaired used'],
    ['is impaired once nobody knows any more', elsewhere, UNKNOWN, 'impaired unknown'],
    ['stays impaired when the last thing there is gone', used, THREE, 'impaired used'],
    ['stays impaired when nobody knows what is there', used, UNKNOWN, 'impaired used'],
    ['is given back where only knowledge was missing', unsure, THREE, 'recovering elsewhere'],
    ['is impaired again when it is used meanwhile', going, FOUR, 'impaired used'],
  ] as const)('%s', (_, zone, reach, expected) => {
    expect(states(resolved(recordOf([zone], reach)))).toEqual([`use1-az3 ${expected}`]);
  });

  it('is elsewhere when its freeze may go, and leaves with its last source', () => {
    const given = resolved(recordOf([unsure], THREE));
    const done = completeRecovery(given, ['use1-az3'], NOW);
    expect(states(done)).toEqual(['use1-az3 elsewhere elsewhere']);
    expect(resolved(done)).toEqual(done);
    const ended = { ...done, zones: [{ ...elsewhere, sources: [] }] };
    expect(states(resolved(ended, done))).toEqual([]);
  });

  it('is forgotten as used when its shift is over, and judged anew at the next', () => {
    const over = resolved(recordOf([{ ...used, sources: [] }], THREE), recordOf([used], THREE));
    expect(states(over)).toEqual(['use1-az3 recovering -']);
    const again = { ...over, zones: [shifted('use1-az3', { state: 'recovering' })] };
    expect(states(resolved(again, over))).toEqual(['use1-az3 recovering elsewhere']);
  });

  it('is impaired with the round that sees its subnet, and the generation says so', () => {
    const away = tended(recordOf([shifted('use1-az3')]), THREE);
    expect([states(away), away.generation]).toEqual([['use1-az3 elsewhere elsewhere'], 5]);
    expect(tended(away, THREE)).toBe(away);
    const subnet = tended(away, FOUR);
    expect([states(subnet), subnet.generation]).toEqual([['use1-az3 impaired used'], 6]);
    expect(states(tended(subnet, THREE))).toEqual(['use1-az3 impaired used']);
  });

  it('waits for no recovery delay', () => {
    const rules = { ...DEFAULT_ZONE_RULES, recoveryDelayMs: 600_000 };
    const until = { ...AUTOSHIFT, until: '2026-11-21T13:00:00Z' };
    const record = recordOf([shifted('use1-az3', { sources: [until] })], THREE);
    expect(resolveStates(record, record, { rules, nowMs: NOW }).zones[0]?.sources).toEqual([until]);
  });
});

describe('a zone elsewhere', () => {
  const away = resolved(recordOf([shifted('use1-az3')], THREE), recordOf([], THREE));

  it('is none of those to enforce, and is named beside them', () => {
    const { zones, elsewhere } = effectiveAt(away, NOW);
    expect(zones).toEqual([]);
    expect(elsewhere).toMatchObject({ zones: [{ id: 'use1-az3', state: 'impaired' }] });
    expect(elsewhere?.knownNames).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1d']);
  });

  it('takes no place from a zone that is used, and is none of those that are left', () => {
    const two = [shifted('use1-az1'), shifted('use1-az2')];
    const both = resolved(recordOf([...two, shifted('use1-az3')], THREE));
    expect(states(both)).toEqual([
      'use1-az1 impaired used',
      'use1-az2 impaired used',
      'use1-az3 elsewhere elsewhere',
    ]);
    const idle = { 'use1-az1': '', 'use1-az2': '', 'use1-az3': '' };
    const one = resolved(recordOf([...two, shifted('use1-az3')], THREE, idle));
    expect(states(one).filter((text) => text.includes(' held'))).toHaveLength(1);
    expect(guardOf(one, DEFAULT_ZONE_RULES, NOW)).toMatchObject({ limit: 1, held: [{ state: 'held' }] });
  });

  it('says so, as an Event and in the history', () => {
    const transition = away.history?.at(-1);
    expect(transition).toMatchObject({ from: 'healthy', to: 'elsewhere' });
    expect(transition && zoneEventOf(transition)).toEqual({
      type: 'Normal',
      reason: 'ZoneElsewhere',
      message:
        'zone use1-az3 does not concern this cluster (autoshift since 2026-11-21T04:00:00Z; no subnet, Node, ' +
        'NodeClaim or NodePool of this cluster is there): nothing is changed, frozen or cordoned. It is impaired as ' +
        'soon as the cluster uses it',
    });
    const used = tended(away, FOUR).history?.at(-1);
    expect(used).toMatchObject({
      from: 'elsewhere',
      because: `autoshift since 2026-11-21T04:00:00Z; ${CLASS}`,
    });
    expect(tended(away, UNKNOWN).history?.at(-1)?.because).toContain(
      'enforced because what the cluster uses is not known: NodePool web refers to NodeClass x',
    );
  });

  it('is no shadow where the rules only record', () => {
    const sources = [{ ...AUTOSHIFT, standing: 'recorded' as const }];
    expect(shadowAt(recordOf([shifted('use1-az3', { sources })], THREE), NOW)).toBeUndefined();
    expect(shadowAt(recordOf([shifted('use1-az3', { sources })], FOUR), NOW)).toBeDefined();
  });

  it('is away all the same for a Local Zone of its own that the cluster uses', () => {
    const bos = 'use1-bos1-az1';
    const reach = { ...THREE, zones: { ...THREE.zones, [bos]: { by: CLASS } } };
    const rules = { ...DEFAULT_ZONE_RULES, childZones: 'follow' as const };
    const record = resolved(recordOf([shifted('use1-az3')], reach));
    const follow = { ...context, rules, nameOf: () => undefined };
    const both = followParents(record, new Map([[bos, 'use1-az3']]), follow);
    expect(states(both)).toEqual(['use1-az3 elsewhere elsewhere', `${bos} impaired used`]);
  });

  it('is shifted away by a person only where that is forced', () => {
    const order = { zone: { id: 'use1-az3' }, forMs: 3_600_000, by: 'alice', reason: 'x', forced: false };
    const whose = { ...context, rulesAreKnown: true };
    const start = (forced: boolean) => startShift(recordOf([], THREE), { ...order, forced }, whose);
    expect(start(false)).toMatchObject({ kind: 'changed', zone: { state: 'elsewhere' } });
    const forced = start(true);
    expect(forced).toMatchObject({ kind: 'changed', zone: { state: 'impaired', use: 'used' } });
    if (forced.kind !== 'changed') throw new Error('it was refused');
    const both = { ...forced.record, zones: forced.record.zones.map(withAutoshift) };
    expect(cancelShift(both, { id: 'use1-az3' }, whose)).toMatchObject({
      zone: { state: 'recovering', use: 'elsewhere' },
    });
  });
});

it('any order of what becomes known leaves a zone enforced unless it is known that nothing is there', () => {
  const reaches = fc.array(fc.constantFrom(THREE, FOUR, UNKNOWN, undefined), { maxLength: 8 });
  fc.assert(
    fc.property(reaches, fc.boolean(), (steps, ends) => {
      let record = recordOf([shifted('use1-az3')]);
      let wasUsed = false;
      let known: Reach | undefined;
      for (const reach of steps) {
        record = tended(record, reach);
        known = reach ?? known;
        if (known === FOUR) wasUsed = true;
        const [zone] = record.zones;
        const isOut = zone?.state === 'elsewhere' || zone?.state === 'recovering';
        expect(isOut).toBe(known === THREE && !wasUsed);
        if (ends && zone?.state === 'recovering') record = completeRecovery(record, [zone.id], NOW);
      }
    }),
  );
});
