import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { messageOf } from '../../../../shared/errors/zonewarden-error.ts';
import {
  PolicyUnreadableError,
  policyInConfigMap,
  readPolicy,
} from '../../../../shared/policy/document/policy-document.ts';
import { SAMPLE_RULES } from '../sample-rules.ts';

const read = (text: string) => readPolicy(text, { rules: SAMPLE_RULES });

/** What is wrong, less the sentence before and after. @throws what is another error, and where nothing was wrong */
function complaint(reading: () => unknown): string {
  try {
    reading();
  } catch (error) {
    if (!(error instanceof PolicyUnreadableError)) throw error;
    expect(error.code).toBe('policy.unreadable');
    const [, why] =
      /^ConfigMap zonewarden-policy, policy\.yaml cannot be read: (.*)\. The last good/s.exec(
        error.message,
      ) ?? [];
    return why ?? `an unexpected form: ${error.message}`;
  }
  throw new Error('it was read');
}

describe('what is wrong is named, with what was meant', () => {
  it.each([
    ['profil: strict', 'profil is not known (did you mean profile?)'],
    ['trusted-users: []', 'trusted-users is not known (did you mean trustedUsers?)'],
    ['limits-missing: deny', 'limits-missing is not known (did you mean rules.limits-missing?)'],
    ['severity: deny', 'severity is not known'],
    ['__proto__: {mode: audit}', '__proto__ is not known'],
    [
      'profile: strickt',
      'profile: "strickt" is none of baseline, spot-production, strict (did you mean strict?)',
    ],
    ['mode: dryrun', 'mode: "dryrun" is none of enforce, audit'],
    ['baseline', 'the document is to be keys with values, such as profile: baseline'],
    ['rules: deny', 'rules is to be keys with values, such as types-min: warn'],
    ['rules: {type-min: deny}', 'rules.type-min is not known (did you mean rules.types-min?)'],
    ['rules: {__proto__: deny}', 'rules.__proto__ is not known'],
    ['rules: {types-min: denied}', 'rules.types-min.severity: "denied" is none of deny, warn, audit, off'],
    ['rules: {types-min: {warning: 3}}', 'rules.types-min.warning is not known'],
    [
      'rules: {types-min: {severty: deny}}',
      'rules.types-min.severty is not known (did you mean rules.types-min.severity?)',
    ],
    ['rules: {limits-missing: {deny: 3}}', 'rules.limits-missing.deny is not known'],
    [
      'rules: {types-min: true}',
      'rules.types-min is to be keys with values, such as severity: warn, or one of deny, warn, audit, off alone',
    ],
    [
      'overrides: {names: [web]}',
      'overrides: a group of keys is not a list of overrides, each with match and rules',
    ],
    ['overrides: [web]', 'overrides[0] is to be keys with values, such as match and rules'],
    [
      'overrides: [{profile: strict}]',
      'overrides[0].match is to be keys with values, such as names: [spot-*]',
    ],
    [
      'overrides: [{match: {names: []}}]',
      'overrides[0].match names nothing: expected names or labels; for all objects use rules',
    ],
    [
      'overrides: [{match: {name: [web]}}]',
      'overrides[0].match.name is not known (did you mean overrides[0].match.names?)',
    ],
    [
      'overrides: [{match: {names: web}}]',
      'overrides[0].match.names: "web" is not a list, such as [spot-*, batch]',
    ],
    ['overrides: [{match: {names: [7]}}]', 'overrides[0].match.names[0]: 7 is not text: put it in quotes'],
    ['overrides: [{match: {names: [""]}}]', 'overrides[0].match.names[0]: it is empty: * stands for any'],
    [
      'overrides: [{match: {labels: {a: true}}}]',
      'overrides[0].match.labels.a: true is not text: put it in quotes',
    ],
    [
      'overrides: [{match: {names: [a]}, rule: {}}]',
      'overrides[0].rule is not known (did you mean overrides[0].rules?)',
    ],
    [
      'overrides: [{match: {names: [a]}, rules: {limit-missing: off}}]',
      'overrides[0].rules.limit-missing is not known (did you mean overrides[0].rules.limits-missing?)',
    ],
    ['trustedUsers: bob', 'trustedUsers: "bob" is not a list, such as [system:serviceaccount:flux-system:*]'],
  ])('%s', (text, why) => {
    expect(complaint(() => read(text))).toBe(why);
  });
});

describe('a threshold is a sensible number', () => {
  const whole = 'expected a whole number from 0 to 1000000, such as 5';
  const reversed = 'are the wrong way round (the defaults are 5 and 15)';
  it.each([
    ['rules: {types-min: {deny: "5"}}', `rules.types-min.deny: "5" is no such number: ${whole}`],
    ['rules: {types-min: {deny: 2.5}}', `rules.types-min.deny: 2.5 is no such number: ${whole}`],
    ['rules: {types-min: {deny: -1}}', `rules.types-min.deny: -1 is no such number: ${whole}`],
    ['rules: {types-min: {deny: .inf}}', `rules.types-min.deny: Infinity is no such number: ${whole}`],
    ['rules: {types-min: {deny: .nan}}', `rules.types-min.deny: NaN is no such number: ${whole}`],
    ['rules: {types-min: {deny: 1000001}}', `rules.types-min.deny: 1000001 is no such number: ${whole}`],
    ['rules: {types-min: {deny: 16}}', `rules.types-min: deny 16 and warn 15 ${reversed}`],
    ['rules: {types-min: {warn: 4}}', `rules.types-min: deny 5 and warn 4 ${reversed}`],
    [
      'rules: {expire-late: {deny: 100}}',
      'rules.expire-late: deny 100 and warn 720.5 are the wrong way round (the defaults are 1000 and 720.5)',
    ],
    [
      'rules: {types-min: {deny: 10}}\noverrides: [{match: {names: [a]}, rules: {types-min: {warn: 9}}}]',
      `overrides[0].rules.types-min: deny 10 and warn 9 ${reversed}`,
    ],
  ])('%s', (text, why) => {
    expect(complaint(() => read(text))).toBe(why);
  });

  it('and both may be the same', () => {
    expect(read('rules: {types-min: {deny: 15}}').rules).toEqual({
      'types-min': { parameters: { deny: 15 } },
    });
  });
});

it('five mistakes are told at once, and how many more there are', () => {
  const why = complaint(() => read('profile: x\nmode: x\nrules: {a: b, c: d}\ntrustedUsers: x\ny: 1\nz: 1'));
  expect(why.split('; ')).toHaveLength(6);
  expect(why).toMatch(/; and 2 more$/);
});

it('what is not YAML is told with its place, and what is too long is not read', () => {
  expect(complaint(() => read('profile: strict\nprofile: strict'))).toBe(
    'it is not YAML (Map keys must be unique at line 2, column 1)',
  );
  expect(complaint(() => read(`#${'x'.repeat(65_536)}`))).toMatch(/^it has 65537 characters/);
});

it('a ConfigMap with another key, or a document that is not text, is told', () => {
  expect(complaint(() => policyInConfigMap({ data: { 'policy.yml': 'mode: audit' } }))).toBe(
    'the ConfigMap has the key "policy.yml", and nothing but policy.yaml is read',
  );
  expect(complaint(() => policyInConfigMap({ binaryData: { 'policy.yaml': '/w==' } }))).toBe(
    'it is not text in UTF-8',
  );
});

it('of a file the message names the file, and speaks of no policy in force', () => {
  const message = (reading: () => unknown) => {
    try {
      return `was read: ${String(reading())}`;
    } catch (error) {
      return messageOf(error);
    }
  };
  const told =
    'ci/policy.yaml cannot be read: mode: "of" is none of enforce, audit. Correct the document (docs/policies.md).';
  expect(message(() => readPolicy('mode: of', { where: 'ci/policy.yaml' }))).toBe(told);
  const object = { data: { 'policy.yaml': 'mode: of' } };
  expect(message(() => policyInConfigMap(object, { where: 'ci/policy.yaml' }))).toBe(told);
});

describe('whatever the text, it is read or told', () => {
  const settles = (text: string) => {
    try {
      read(text);
    } catch (error) {
      expect(error).toBeInstanceOf(PolicyUnreadableError);
    }
  };

  it('any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), settles), { numRuns: 150 });
  });

  it('any values under the keys that there are', () => {
    const keys = [
      'profile',
      'mode',
      'rules',
      'overrides',
      'karpenterUsers',
      'trustedUsers',
      'match',
      'names',
      'labels',
    ];
    const key = fc.constantFrom(...keys, 'types-min', 'limits-missing', 'deny', 'severity', '__proto__');
    const leaf = fc.oneof(fc.jsonValue(), fc.constantFrom('deny', 'audit', 'strict', 3, -1));
    const tree = fc.letrec<{ readonly node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(key, tree), (value) => settles(stringify(value))),
      { numRuns: 200 },
    );
  });
});
