import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/policy/core/evaluate.ts';
import type { Finding } from '../../../../shared/policy/core/finding.ts';
import { type Policy, type PolicyOverride, settingFor } from '../../../../shared/policy/core/policy.ts';
import { PROFILES } from '../../../../shared/policy/core/rule.ts';
import { SEVERITIES, weaker } from '../../../../shared/policy/core/severity.ts';
import { policyWith, pool, sampleRule, subjectOf } from '../sample-rules.ts';

const rule = sampleRule('a-rule', { parameters: { deny: 5, warn: 15 } });

const verdict = (policy: Partial<Policy>, object = pool(), rules = [rule]): Finding[] =>
  evaluate(subjectOf(object), policyWith(policy), rules, { nowMs: 0 });
const severities = (...args: Parameters<typeof verdict>) => verdict(...args).map(({ severity }) => severity);

const override = (over: Partial<PolicyOverride>): PolicyOverride => ({
  names: [],
  labels: {},
  rules: {},
  ...over,
});
const denied = { rules: { 'a-rule': { severity: 'deny' } } } as const;

describe('the severity of a rule', () => {
  it.each<[string, Partial<Policy>, string[]]>([
    ['is that of the profile', {}, ['warn']],
    ['changes with the profile', { profile: 'strict' }, ['deny']],
    ['is the one that the policy names', { rules: { 'a-rule': { severity: 'audit' } } }, ['audit']],
    ['is named also against a profile', { profile: 'strict', rules: { 'a-rule': { severity: 'off' } } }, []],
    ['of another rule is no matter', { rules: { 'b-rule': { severity: 'off' } } }, ['warn']],
    ['stays where only a threshold is named', { rules: { 'a-rule': { parameters: { deny: 1 } } } }, ['warn']],
    [
      'is that of an override that matches',
      { overrides: [override({ names: ['web'], ...denied })] },
      ['deny'],
    ],
    [
      'is not that of one that does not',
      { overrides: [override({ names: ['batch'], ...denied })] },
      ['warn'],
    ],
    [
      'is that of the last override that names it',
      {
        overrides: [
          override(denied),
          override({ rules: { 'a-rule': { severity: 'off' } } }),
          override({ rules: { 'a-rule': { parameters: { deny: 1 } } } }),
          override({ names: ['batch'], ...denied }),
        ],
      },
      [],
    ],
    ["is that of an override's profile", { overrides: [override({ profile: 'strict' })] }, ['deny']],
    [
      "is not that of an override's profile where the policy names the rule",
      { rules: { 'a-rule': { severity: 'audit' } }, overrides: [override({ profile: 'strict' })] },
      ['audit'],
    ],
  ])('%s', (_, policy, expected) => {
    expect(severities(policy)).toEqual(expected);
  });

  it('is never above what a problem may lead to', () => {
    const mild = sampleRule('mild', {
      finds: [
        { message: 'x', atMost: 'warn' },
        { message: 'y', atMost: 'off' },
      ],
    });
    expect(severities({ profile: 'strict' }, pool(), [mild])).toEqual(['warn']);
    expect(severities({ rules: { mild: { severity: 'audit' } } }, pool(), [mild])).toEqual(['audit']);
  });

  it('off means that the rule is not even asked', () => {
    const broken = sampleRule('broken', {
      check: () => {
        throw new Error('asked');
      },
    });
    expect(verdict({ rules: { broken: { severity: 'off' } } }, pool(), [broken])).toEqual([]);
  });
});

describe('an override is for', () => {
  const labelled = pool('spot-a', { labels: { team: 'data', env: 'prod' } });
  it.each<[string, Partial<PolicyOverride>, boolean]>([
    ['a name', { names: ['spot-a'] }, true],
    ['one of several names', { names: ['x', 'spot-*'] }, true],
    ['a label', { labels: { team: 'data' } }, true],
    ['several labels, all of them', { labels: { team: 'data', env: 'test' } }, false],
    ['names and labels, both', { names: ['x'], labels: { team: 'data' } }, false],
    ['a label that is there', { labels: { owner: '' } }, false],
    ['a label of its own', { labels: { constructor: 'Object' } }, false],
  ])('%s', (_, match, applies) => {
    expect(severities({ overrides: [override({ ...match, ...denied })] }, labelled)).toEqual([
      applies ? 'deny' : 'warn',
    ]);
  });
});

describe('thresholds', () => {
  const parameters = (policy: Partial<Policy>) =>
    settingFor(policyWith(policy), rule, { name: 'web', labels: {} }).parameters;
  const set = (thresholds: Readonly<Record<string, number>>) => ({
    rules: { 'a-rule': { parameters: thresholds } },
  });

  it("are the rule's, under the policy's, under those of the last override that has any", () => {
    expect(parameters({})).toEqual({ deny: 5, warn: 15 });
    expect(parameters(set({ warn: 12 }))).toEqual({ deny: 5, warn: 12 });
    expect(parameters({ ...set({ warn: 12 }), overrides: [override(set({ deny: 2 }))] })).toEqual({
      deny: 2,
      warn: 12,
    });
  });

  it('of an override go before those of the policy', () => {
    expect(parameters({ ...set({ warn: 12 }), overrides: [override(set({ warn: 9 }))] })).toEqual({
      deny: 5,
      warn: 9,
    });
  });

  it('of two overrides are not mixed', () => {
    const overrides = [override(set({ deny: 20, warn: 30 })), override(set({ warn: 10 })), override(denied)];
    expect(parameters({ overrides })).toEqual({ deny: 5, warn: 10 });
  });
});

it('findings come by severity, and else in the order of the rules and of their problems', () => {
  const rules = [
    sampleRule('low', { severity: { baseline: 'audit', 'spot-production': 'audit', strict: 'audit' } }),
    sampleRule('b', {
      finds: [{ message: 'two', atMost: 'audit' }, { message: 'three' }, { message: 'four' }],
    }),
    sampleRule('a'),
    sampleRule('high', { severity: { baseline: 'deny', 'spot-production': 'deny', strict: 'deny' } }),
    sampleRule('other-kind', { kinds: ['EC2NodeClass'] }),
  ];
  expect(verdict({}, pool(), rules).map(({ rule: id, message }) => `${id}: ${message}`)).toEqual([
    'high: high found something',
    'b: three',
    'b: four',
    'a: a found something',
    'low: low found something',
    'b: two',
  ]);
});

it('whatever the policy: no finding is above what the rule was set to, and none is off', () => {
  const severity = fc.constantFrom(...SEVERITIES);
  const setting = fc.dictionary(fc.constantFrom('a-rule', 'b-rule'), fc.record({ severity }));
  const anyOverride = fc.record(
    { names: fc.subarray(['web', 'w*b', 'x']), profile: fc.constantFrom(...PROFILES), rules: setting },
    { requiredKeys: ['names', 'rules'] },
  );
  const policies = fc.record({
    profile: fc.constantFrom(...PROFILES),
    mode: fc.constantFrom<Policy['mode']>('enforce', 'audit'),
    rules: setting,
    overrides: fc.array(anyOverride.map(override), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(policies, severity, (policy, atMost) => {
      const rules = [sampleRule('a-rule', { finds: [{ message: 'x', atMost }] }), sampleRule('b-rule')];
      for (const finding of verdict(policy, pool(), rules)) {
        const [asked] = rules.filter(({ id }) => id === finding.rule);
        const set = settingFor(policyWith(policy), asked ?? rule, { name: 'web', labels: {} }).severity;
        const most = finding.rule === 'a-rule' ? weaker(set, atMost) : set;
        expect(weaker(finding.severity, most)).toBe(finding.severity);
        if (policy.mode === 'audit') expect(finding.severity).toBe('audit');
      }
    }),
  );
});
