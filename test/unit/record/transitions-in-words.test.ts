import { describe, expect, it } from 'vitest';
import { zoneEventOf } from '../../../shared/record/zone-event.ts';
import type { Transition } from '../../../shared/record/zone-record.ts';
import { at } from './signals.ts';

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
});
