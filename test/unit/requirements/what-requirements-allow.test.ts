import { describe, expect, it } from 'vitest';
import { allowedBy, allows, allowsAbsence, listed } from '../../../shared/requirements/allowed-values.ts';
import { canonicalLabel } from '../../../shared/requirements/labels.ts';
import type { Requirement } from '../../../shared/requirements/requirement.ts';
import {
  allowedFor,
  conflicts,
  incompatibleKeys,
  matchesLabels,
  requirementMap,
} from '../../../shared/requirements/requirement-map.ts';

const entry = (operator: string, ...values: string[]): Requirement => ({ key: 'k', operator, values });

/** Entries for one key; the values that they allow, the values that they don't, and whether the label may be absent. */
const CASES: readonly [string, readonly Requirement[], readonly string[], readonly string[], boolean][] = [
  ['In', [entry('In', 'a', 'b')], ['a', 'b'], ['c', ''], false],
  ['In without values', [entry('In')], [], ['a', ''], true],
  ['NotIn', [entry('NotIn', 'a')], ['b', ''], ['a'], true],
  ['NotIn without values', [entry('NotIn')], ['a', ''], [], false],
  ['Exists', [entry('Exists')], ['a', ''], [], false],
  ['DoesNotExist', [entry('DoesNotExist')], [], ['a', ''], true],
  [
    'Gt',
    [entry('Gt', '2')],
    ['3', '+3', '003', '9223372036854775807'],
    ['2', '-3', 'a', '', '3.0', ' 3'],
    false,
  ],
  ['Lt', [entry('Lt', '2')], ['1', '-9', '-0'], ['2', '3', 'a', ''], false],
  ['Gte', [entry('Gte', '2')], ['2', '3'], ['1'], false],
  ['Lte', [entry('Lte', '2')], ['2', '1'], ['3'], false],
  ['bounds that cross', [entry('Gt', '5'), entry('Lt', '3')], [], ['4', '2', '6'], true],
  ['bounds around one value', [entry('Gt', '3'), entry('Lt', '5')], ['4'], ['3', '5'], false],
  ['a list within bounds', [entry('In', '1', '4', 'a'), entry('Gt', '3')], ['4'], ['1', 'a', '5'], false],
  ['values left out within bounds', [entry('NotIn', '4'), entry('Gt', '3')], ['5'], ['4', '3'], true],
  [
    'values left out that bounds leave out',
    [entry('NotIn', '1'), entry('Gt', '3')],
    ['5'],
    ['1', '3'],
    false,
  ],
  ['lists with nothing in common', [entry('In', 'a'), entry('In', 'b')], [], ['a', 'b'], true],
  [
    'a number that is too large',
    [entry('Gte', '0')],
    ['9223372036854775807'],
    ['9223372036854775808'],
    false,
  ],
  [
    'numbers that a fraction confuses',
    [entry('Gt', '9007199254740992')],
    ['9007199254740993'],
    ['9007199254740992'],
    false,
  ],
  ['more than the greatest number', [entry('Gt', '9223372036854775807')], [], ['9223372036854775807'], true],
  ['less than the least number', [entry('Lt', '-9223372036854775808')], ['5'], ['a'], false],
];

describe('entries for one key', () => {
  it.each(CASES)('%s', (_, entries, good, bad, absent) => {
    const map = requirementMap(entries);
    const allowed = allowedFor(map, 'k');
    expect(good.filter((value) => !allows(allowed, value))).toEqual([]);
    expect(bad.filter((value) => allows(allowed, value))).toEqual([]);
    expect(allowsAbsence(allowed)).toBe(absent);
    expect(matchesLabels(map, {})).toBe(absent);
    for (const value of good) expect(matchesLabels(map, { k: value })).toBe(true);
    for (const value of bad) expect(matchesLabels(map, { k: value })).toBe(false);
  });

  it('have the largest minValues of all of them', () => {
    const map = requirementMap([
      { ...entry('In', 'a', 'b', 'c'), minValues: 2 },
      { ...entry('Exists'), minValues: 3 },
      entry('NotIn', 'a'),
    ]);
    expect(map.get('k')?.minValues).toBe(3);
    expect(listed(allowedFor(map, 'k'))).toEqual(['b', 'c']);
  });

  it('have no list of values where they only exclude', () => {
    expect(listed(allowedBy(entry('NotIn', 'a')))).toBeUndefined();
  });
});

describe('a map of requirements', () => {
  it('counts aliases and template labels under one key', () => {
    const map = requirementMap(
      [
        { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b', 'c'] },
        { key: 'topology.ebs.csi.aws.com/zone', operator: 'NotIn', values: ['c'] },
      ],
      { 'failure-domain.beta.kubernetes.io/zone': 'b' },
    );
    expect([...map.keys()]).toEqual(['topology.kubernetes.io/zone']);
    expect(listed(allowedFor(map, 'topology.kubernetes.io/zone'))).toEqual(['b']);
  });

  it('allows anything where nothing is said', () => {
    expect(allows(allowedFor(requirementMap([]), 'k'), 'anything')).toBe(true);
  });

  it('serves a label that it says nothing of only where its absence is allowed, or where it is well known', () => {
    const nothing = requirementMap([]);
    const team = (operator: string) => requirementMap([{ key: 'team', operator, values: ['a'] }]);
    expect(incompatibleKeys(nothing, team('In'))).toEqual(['team']);
    expect(incompatibleKeys(nothing, team('Exists'))).toEqual(['team']);
    expect(incompatibleKeys(nothing, team('NotIn'))).toEqual([]);
    expect(incompatibleKeys(nothing, team('DoesNotExist'))).toEqual([]);
    expect(incompatibleKeys(nothing, team('In'), new Set(['team']))).toEqual([]);
  });

  it('has no conflict with another where both may be absent', () => {
    const none = requirementMap([entry('DoesNotExist')]);
    expect(conflicts(none, requirementMap([entry('NotIn', 'a')]))).toEqual([]);
    expect(conflicts(none, requirementMap([entry('In', 'a')]))).toEqual(['k']);
    expect(conflicts(none, requirementMap([entry('Exists')]))).toEqual(['k']);
  });
});

describe('a label', () => {
  it("of Auto Mode counts as the provider's own", () => {
    expect(canonicalLabel('eks.amazonaws.com/instance-family')).toBe('karpenter.k8s.aws/instance-family');
  });

  it('that is named like a part of every JavaScript object is itself', () => {
    expect(canonicalLabel('constructor')).toBe('constructor');
    expect(matchesLabels(requirementMap([{ key: 'constructor', operator: 'Exists' }]), {})).toBe(false);
  });
});
