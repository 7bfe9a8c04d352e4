import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImpairedRecord, RecordedZone, Transition } from '../../../shared/record/impaired-record.ts';
import { noteTransitions } from '../../../shared/record/note-transitions.ts';
import { zoneEventOf } from '../../../shared/record/zone-event.ts';
import { zoneEvents } from '../../../watcher/leader/zone-events.ts';
import { at, NOON } from './signals.ts';

const transition = (from: Transition['from'], to: Transition['to'], members: Partial<Transition> = {}) => ({
  n: 1,
  at: at(5),
  zoneId: 'use1-az1',
  name: 'us-east-1a',
  from,
  to,
  because: `autoshift since ${at(4)}, operator since ${at(5)}`,
  generation: 7,
  ...members,
});

const impaired = {
  type: 'Warning',
  reason: 'ZoneImpaired',
  message:
    'zone us-east-1a (use1-az1) is impaired (autoshift since 2026-11-21T04:00:00Z, operator since ' +
    '2026-11-21T05:00:00Z): NodePools and NodeClaims are kept out of it',
};
const held = {
  type: 'Warning',
  reason: 'ZoneHeldBack',
  message:
    'zone us-east-1a (use1-az1) would be impaired (autoshift since 2026-11-21T04:00:00Z, operator since ' +
    '2026-11-21T05:00:00Z) and the guard holds that back: too few zones would be left. See maxImpairedZones in ' +
    'docs/rules.md',
};
const recovering = {
  type: 'Normal',
  reason: 'ZoneRecovering',
  message:
    'zone us-east-1a (use1-az1) is given back; disruption stays frozen until its nodes are no longer drifted',
};
const recovered = {
  type: 'Normal',
  reason: 'ZoneRecovered',
  message: 'zone us-east-1a (use1-az1) is back, and the freeze is gone',
};

describe('the Event of a transition', () => {
  it.each([
    ['healthy', 'impaired', impaired],
    ['recorded', 'impaired', impaired],
    ['held', 'impaired', impaired],
    ['recovering', 'impaired', impaired],
    ['healthy', 'held', held],
    ['recorded', 'held', held],
    ['recovering', 'held', recovered],
    ['impaired', 'recovering', recovering],
    ['healthy', 'recovering', recovering],
    ['recovering', 'healthy', recovered],
    ['recovering', 'recorded', recovered],
    ['healthy', 'recorded', undefined],
    ['recorded', 'healthy', undefined],
    ['held', 'healthy', undefined],
    ['held', 'recorded', undefined],
  ] as const)('from %s to %s', (from, to, expected) => {
    expect(zoneEventOf(transition(from, to))).toEqual(expected);
  });

  it('names a zone by its ID alone where nothing tells its name', () => {
    const { name: _unknown, ...nameless } = transition('recovering', 'healthy');
    expect(zoneEventOf(nameless)?.message).toBe('zone use1-az1 is back, and the freeze is gone');
  });

  it('is the one that the leader makes of the two records', () => {
    const source = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('autoshift', 'zonal-shift'),
      since: fc.constantFrom(at(3), at(4)),
    });
    const state = fc.constantFrom<RecordedZone['state']>('impaired', 'recovering', 'recorded', 'held');
    const sources = fc.uniqueArray(source, { maxLength: 3, selector: ({ id }) => id });
    const zones = fc
      .uniqueArray(fc.record({ id: fc.constantFrom('use1-az1', 'use1-az2', 'use1-az3'), state, sources }), {
        selector: ({ id }) => id,
      })
      // A zone keeps its name.
      .map((list) =>
        list.map((zone) => (zone.id === 'use1-az1' ? zone : { ...zone, name: `name-${zone.id}` })),
      );
    const record = zones.map((list): ImpairedRecord => ({ generation: 1, zones: list, ended: {} }));
    const sorted = (events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).sort();
    fc.assert(
      fc.property(record, record, (before, after) => {
        // Enforced zones leave by way of their recovery; the leader tells of one that does not only that it is gone.
        const noted = noteTransitions(before, after, NOON);
        const events = (noted.history ?? []).flatMap((one) => zoneEventOf(one) ?? []);
        expect(sorted(events)).toEqual(sorted(zoneEvents(before, after)));
      }),
      { numRuns: 1000 },
    );
  });
});
