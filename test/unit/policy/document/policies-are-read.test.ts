import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  DEFAULT_KARPENTER_USERS,
  DEFAULT_POLICY,
  DEFAULT_TRUSTED_USERS,
  type Policy,
} from '../../../../shared/policy/core/policy.ts';
import { PROFILES } from '../../../../shared/policy/core/rule.ts';
import { SEVERITIES } from '../../../../shared/policy/core/severity.ts';
import {
  policyDocument,
  policyInConfigMap,
  readPolicy,
} from '../../../../shared/policy/document/policy-document.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { policyWith, SAMPLE_RULES } from '../sample-rules.ts';

const read = (text: string) => readPolicy(text, { rules: SAMPLE_RULES });

describe('a document without a value means the default policy', () => {
  it.each([
    '',
    '# only a comment\n',
    '{}',
    'profile:\nmode:\nrules:\noverrides:\ntrustedUsers:\n',
    'rules: {}\noverrides: []\ntrustedUsers: []',
    'rules: {types-min: }',
    'rules: {types-min: {}}',
    'rules: {types-min: {severity: , deny: }}',
  ])('%j', (text) => {
    expect(read(text)).toEqual(DEFAULT_POLICY);
  });
});

describe('each key', () => {
  it.each<[string, Partial<Policy>]>([
    ['profile: strict', { profile: 'strict' }],
    ['mode: audit', { mode: 'audit' }],
    ['rules: {types-min: off}', { rules: { 'types-min': { severity: 'off' } } }],
    ['rules: {types-min: {severity: warn}}', { rules: { 'types-min': { severity: 'warn' } } }],
    ['rules: {types-min: {deny: 3}}', { rules: { 'types-min': { parameters: { deny: 3 } } } }],
    [
      'rules: {types-min: {severity: audit, deny: 0, warn: 0}}',
      { rules: { 'types-min': { severity: 'audit', parameters: { deny: 0, warn: 0 } } } },
    ],
    ['rules: {expire-late: {warn: 0.5}}', { rules: { 'expire-late': { parameters: { warn: 0.5 } } } }],
    [
      'overrides: [{match: {names: [spot-*]}, rules: {limits-missing: deny}}]',
      { overrides: [{ names: ['spot-*'], labels: {}, rules: { 'limits-missing': { severity: 'deny' } } }] },
    ],
    [
      'overrides: [{match: {labels: {team: data}}, profile: strict}]',
      { overrides: [{ names: [], labels: { team: 'data' }, profile: 'strict', rules: {} }] },
    ],
    [
      'karpenterUsers: [system:serviceaccount:kube-system:karpenter]',
      { karpenterUsers: ['system:serviceaccount:kube-system:karpenter'] },
    ],
    ['karpenterUsers: []', { karpenterUsers: DEFAULT_KARPENTER_USERS }],
    ['trustedUsers: [flux]', { trustedUsers: [...DEFAULT_TRUSTED_USERS, 'flux'] }],
    ['trustedUsers: ["eks:*", flux, flux]', { trustedUsers: [...DEFAULT_TRUSTED_USERS, 'flux'] }],
  ])('%s', (text, policy) => {
    expect(read(text)).toEqual(policyWith(policy));
  });

  it('may be written as JSON, or by way of an anchor', () => {
    expect(read('{"profile": "strict"}').profile).toBe('strict');
    const { rules } = read('rules: {types-min: &low {severity: audit}, limits-missing: *low}');
    expect(rules).toEqual({ 'types-min': { severity: 'audit' }, 'limits-missing': { severity: 'audit' } });
  });

  it('that names a rule may name each that there is, with each of its thresholds', () => {
    for (const { id, parameters = {} } of ALL_RULES) {
      const { rules } = readPolicy(stringify({ rules: { [id]: { severity: 'audit', ...parameters } } }));
      const thresholds = Object.keys(parameters).length === 0 ? {} : { parameters };
      expect(rules[id]).toEqual({ severity: 'audit', ...thresholds });
    }
  });
});

const anySettings = fc.dictionary(
  fc.constantFrom('types-min', 'limits-missing'),
  fc.constantFrom(...SEVERITIES).map((severity) => ({ severity })),
);
const anyWords = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 3 });
const anyOverride = fc.record(
  {
    names: fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
    labels: fc.dictionary(fc.stringMatching(/^[a-z./-]{1,8}$/), fc.string({ maxLength: 8 })),
    profile: fc.constantFrom(...PROFILES),
    rules: anySettings,
  },
  { requiredKeys: ['names', 'labels', 'rules'] },
);
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  profile: fc.constantFrom(...PROFILES),
  mode: fc.constantFrom('enforce', 'audit'),
  rules: fc.tuple(anySettings, fc.nat({ max: 10 }), fc.nat({ max: 10 })).map(([settings, deny, more]) => ({
    ...settings,
    'expire-late': { parameters: { deny: deny + more, warn: deny } },
  })),
  overrides: fc.array(anyOverride, { maxLength: 3 }),
  karpenterUsers: anyWords.map((users) => (users.length > 0 ? users : DEFAULT_KARPENTER_USERS)),
  trustedUsers: anyWords.map((users) => [...new Set([...DEFAULT_TRUSTED_USERS, ...users])]),
});

it('a policy that was written as a document is read as what it was', () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      expect(read(stringify(policyDocument(policy)))).toEqual(policy);
    }),
  );
});

it.each([{}, { data: {} }, { data: { 'policy.yaml': '' } }, { data: {}, binaryData: {} }])(
  'a ConfigMap without a policy means the default one: %j',
  (object) => {
    expect(policyInConfigMap(object)).toEqual(DEFAULT_POLICY);
  },
);
