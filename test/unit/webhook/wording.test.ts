import { describe, expect, it } from 'vitest';
import type { NodePoolDecision } from '../../../shared/enforcement/nodepool.ts';
import type { OrderedZone, ZoneSource } from '../../../shared/record/orders.ts';
import {
  nodePoolWarnings,
  noRoomMessage,
  nothingLeftMessage,
  stillTargetsMessage,
} from '../../../webhook/admission/wording.ts';

const AUTOSHIFT: ZoneSource = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };
const zonalShift = (index: number): ZoneSource => ({
  id: `zonal-shift/arn:aws:eks:us-east-1:111122223333:cluster/c${index}`,
  kind: 'zonal-shift',
  since: `2026-11-21T0${index}:00:00Z`,
  until: `2026-11-22T0${index}:00:00Z`,
});

function zone(
  index: number,
  sources: readonly ZoneSource[],
  state: OrderedZone['state'] = 'impaired',
): OrderedZone {
  return { id: `apne1-az${index}`, name: `ap-northeast-1${'abcdef'[index] ?? 'x'}`, state, sources };
}

function decision(parts: Partial<NodePoolDecision>): NodePoolDecision {
  return {
    patch: [],
    declared: [],
    effective: [],
    excluded: [],
    recovering: [],
    frozen: false,
    exempt: false,
    nothingLeft: false,
    stale: false,
    noRoomFor: [],
    noRoomToRemember: undefined,
    invalid: undefined,
    ...parts,
  };
}

describe('warnings of a NodePool', () => {
  it('name each zone that is kept out, by both names, and why', () => {
    const away = zone(1, [AUTOSHIFT, zonalShift(2)]);
    expect(nodePoolWarnings(decision({ excluded: [away] }), [away])).toEqual([
      'zonewarden: zone ap-northeast-1b (apne1-az1) is impaired (autoshift since 2026-11-21T04:00:00Z, zonal-shift ' +
        'since 2026-11-21T02:00:00Z until 2026-11-22T02:00:00Z); kept out of this NodePool, given back when it recovers',
    ]);
  });

  it('take the reasons from the set where the decision does not know them', () => {
    const marked = zone(1, []);
    const [warning] = nodePoolWarnings(decision({ excluded: [marked] }), [zone(1, [AUTOSHIFT])]);
    expect(warning).toContain('(autoshift since 2026-11-21T04:00:00Z)');
  });

  it('say how many more reasons there are where they have no room', () => {
    const away = zone(1, [AUTOSHIFT, ...[1, 2, 3, 4].map(zonalShift)]);
    const [warning = ''] = nodePoolWarnings(decision({ excluded: [away] }), [away]);
    expect(warning).toMatch(/\(autoshift since 2026-11-21T04:00:00Z, .*\d more\); kept out of this NodePool/);
    expect(warning.length).toBeLessThan(256);
  });

  it.each([
    [
      'six zones with many reasons each',
      (index: number) => zone(index, [AUTOSHIFT, ...[1, 2, 3, 4, 5, 6, 7].map(zonalShift)]),
    ],
    [
      'a reason that is longer than a warning',
      (index: number) => zone(index, [{ ...AUTOSHIFT, kind: 'k'.repeat(300) }]),
    ],
    [
      'a zone whose name is longer than a warning',
      (index: number) => ({ ...zone(index, [AUTOSHIFT]), name: 'n'.repeat(300) }),
    ],
  ])('stay below 256 characters each and 4,096 together: %s', (_name, make) => {
    const away = [0, 1, 2, 3, 4, 5].map(make);
    const recovering = away.map((each) => ({ ...each, state: 'recovering' as const }));
    const warnings = nodePoolWarnings(decision({ excluded: away, nothingLeft: true, recovering }), away);
    expect(warnings).toHaveLength(8);
    for (const warning of warnings) {
      expect(warning).toMatch(/^zonewarden: /);
      expect(warning.length).toBeLessThan(256);
    }
    expect(warnings.join('').length).toBeLessThan(4096);
  });

  it('say that a zone is on its way back, and how many where six are', () => {
    const back = [0, 1, 2, 3, 4, 5].map((index) => zone(index, [], 'recovering'));
    expect(nodePoolWarnings(decision({ recovering: back.slice(0, 1) }), back)).toEqual([
      'zonewarden: ap-northeast-1a (apne1-az0) is recovering; voluntary disruption of this NodePool is still frozen',
    ]);
    const long = back.map((each) => ({ ...each, name: `${each.name}-wl1-nrt-wlz-1` }));
    expect(nodePoolWarnings(decision({ recovering: long }), long).join()).toMatch(/, \d more is recovering;/);
  });

  it('say nothing where nothing was done', () => {
    expect(nodePoolWarnings(decision({}), [zone(1, [AUTOSHIFT])])).toEqual([]);
  });
});

describe('refusals name each zone by both names, and every reason', () => {
  const away = [zone(1, [AUTOSHIFT, zonalShift(3)]), zone(2, [zonalShift(2)])];
  it.each([
    ['no room', noRoomMessage(away, away), /100 requirements/],
    ['nothing left', nothingLeftMessage(away, away), /no other zone/],
    ['still targets', stillTargetsMessage('NodeClaim', away), /this NodeClaim still targets/],
  ])('%s', (_name, message, words) => {
    expect(message).toMatch(words);
    for (const part of [
      'ap-northeast-1b (apne1-az1)',
      'ap-northeast-1c (apne1-az2)',
      'autoshift since',
      'zonal-shift since 2026-11-21T03:00:00Z until 2026-11-22T03:00:00Z',
    ]) {
      expect(message).toContain(part);
    }
  });

  it('say so where the name of a zone is not known', () => {
    const { name: _name, ...nameless } = zone(1, [AUTOSHIFT]);
    expect(nothingLeftMessage([nameless], [nameless])).toContain('apne1-az1 (zone name unknown)');
  });
});
