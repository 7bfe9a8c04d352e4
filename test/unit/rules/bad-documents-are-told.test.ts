import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  RulesUnreadableError,
  readRules,
  rulesInConfigMap,
} from '../../../shared/settings/rules-document.ts';
import { RULES_KEYS } from '../../../shared/settings/rules-schema.ts';

/** What is wrong, less the sentence before and after. @throws what is no RulesUnreadableError, and where nothing was wrong */
function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RulesUnreadableError)) throw error;
    expect(error.code).toBe('rules.unreadable');
    const [, why] =
      /^ConfigMap zonewarden-config, config\.yaml cannot be read: (.*)\. The last good/s.exec(
        error.message,
      ) ?? [];
    return why ?? `an unexpected form: ${error.message}`;
  }
  throw new Error('it was read');
}

describe('what is wrong is named, with what was meant', () => {
  it.each([
    ['practiceRuns: enforce', 'practiceRuns is not known (did you mean sources.practiceRun?)'],
    ['practiceRun: enforce', 'practiceRun is not known (did you mean sources.practiceRun?)'],
    [
      'sources: {practice-run: enforce}',
      'sources.practice-run is not known (did you mean sources.practiceRun?)',
    ],
    ['sources: {practicRun: enforce}', 'sources.practicRun is not known (did you mean sources.practiceRun?)'],
    ['source: {}', 'source is not known (did you mean sources?)'],
    ['max_impaired_zones: 1', 'max_impaired_zones is not known (did you mean maxImpairedZones?)'],
    ['recoverydelay: 1m', 'recoverydelay is not known (did you mean recoveryDelay?)'],
    ['queueUrl: x', 'queueUrl is not known'],
    ['__proto__: {scope: cluster}', '__proto__ is not known'],
    ['<<: {scope: cluster}', '<< is not known'],
    [
      'sources: {operator: enforced}',
      'sources.operator: "enforced" is none of enforce, record, ignore (did you mean enforce?)',
    ],
    ['sources: {operator: true}', 'sources.operator: true is none of enforce, record, ignore'],
    ['sources: {operator: [record]}', 'sources.operator: a list is none of enforce, record, ignore'],
    ['sources: &s {operator: *s}', 'sources.operator: a group of keys is none of enforce, record, ignore'],
    ['scope: global', 'scope: "global" is none of region, cluster'],
    ['childZones: Follow', 'childZones: "Follow" is none of ignore, follow (did you mean follow?)'],
    ['sources: [autoshift]', 'sources is to be keys with values, such as scope: region'],
    ['enforce', 'the document is to be keys with values, such as scope: region'],
    ['- scope', 'the document is to be keys with values, such as scope: region'],
  ])('%s', (text, why) => {
    expect(complaint(() => readRules(text))).toBe(why);
  });
});

describe('a value out of bounds is told with the reason', () => {
  const noDuration = 'is not a duration: expected whole numbers with the units h, m, s, ms, such as 1m30s';
  it.each([
    ['grace: 60', `grace: 60 ${noDuration}`],
    ['grace: 1 minute', `grace: "1 minute" ${noDuration}`],
    ['recoveryDelay: -1m', `recoveryDelay: "-1m" ${noDuration}`],
    ['recoveryDelay: {m: 1}', `recoveryDelay: a group of keys ${noDuration}`],
    [
      'grace: 9s',
      'grace: 9s is too short: at least 10s, because ARC can name a shift in an event before its API lists it',
    ],
    [
      'grace: 15m1s',
      'grace: 15m1s is too long: at most 15m, because a shift that ended unheard would keep its zone away for as long',
    ],
    [
      'recoveryDelay: 25h',
      'recoveryDelay: 25h is too long: at most 24h, because a zone that is well again would be kept away for longer than a day',
    ],
    [
      'operatorMaxDuration: 0',
      'operatorMaxDuration: 0s is too short: at least 1m, because ARC takes no zonal shift for less than a minute either',
    ],
    [
      'operatorMaxDuration: 73h',
      'operatorMaxDuration: 73h is too long: at most 72h, because that is as long as ARC lets a zonal shift be; a longer one is started anew',
    ],
    ['maxImpairedZones: -1', 'maxImpairedZones: -1 is less than no zone: expected 0, 1, 2, …'],
    ['maxImpairedZones: 1.5', 'maxImpairedZones: 1.5 is not a number of zones: expected 0, 1, 2, …'],
    ['maxImpairedZones: "1"', 'maxImpairedZones: "1" is not a number of zones: expected 0, 1, 2, …'],
    ['maxImpairedZones: .inf', 'maxImpairedZones: Infinity is not a number of zones: expected 0, 1, 2, …'],
  ])('%s', (text, why) => {
    expect(complaint(() => readRules(text))).toBe(why);
  });
});

describe('what is not YAML is told with its place', () => {
  it.each([
    ['scope: region: cluster', /^it is not YAML \(Nested mappings .* at line 1, column 8\)$/],
    ['scope: region\nscope: cluster', /^it is not YAML \(Map keys must be unique at line 2, column 1\)$/],
    ['scope: !much region', /^it is not YAML \(Unresolved tag: !much at line 1, column 8\)$/],
    ['scope: region\n---\nscope: cluster', /^it is not YAML \(more than one document\)$/],
    ['\tscope: region', /^it is not YAML \(.*\)$/],
    ['scope: *nobody', /^it is not YAML \(.*\)$/],
    ['['.repeat(20_000), /^it is not YAML \(.*\)$/],
    [`# ${'x'.repeat(65_536)}`, /^it has 65538 characters, and at most 65536 are read$/],
  ])('%.40j', (text, why) => {
    expect(complaint(() => readRules(text))).toMatch(why);
  });

  it('an alias that grows without end is not followed', () => {
    const bomb = [...'bcdefgh'].reduce(
      (text, name, index) => `${text}\n${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(9)}]`,
      'a: &a [x]',
    );
    expect(complaint(() => readRules(bomb))).toMatch(/Excessive alias count/);
  });
});

it('five mistakes are told at once, and how many more there are', () => {
  const text =
    'scope: x\ngrace: 1\nrecoveryDelay: 1\nmaxImpairedZones: x\nchildZones: x\noperatorMaxDuration: 1\ny: 1';
  const why = complaint(() => readRules(text));
  expect(why.match(/: \S+ is /g)).toHaveLength(5);
  expect(why).toMatch(/; and 2 more$/);
});

it('a ConfigMap with another key, or a document that is not text, is told', () => {
  const data = { 'config.yaml': '', 'config.yml': 'scope: cluster' };
  expect(complaint(() => rulesInConfigMap({ data }))).toBe(
    'the ConfigMap has the key "config.yml", and nothing but config.yaml is read',
  );
  expect(complaint(() => rulesInConfigMap({ binaryData: { 'config.yaml': '/w==' } }))).toBe(
    'it is not text in UTF-8',
  );
});

describe('whatever the text, it is read or told', () => {
  const settles = (text: string) => {
    try {
      readRules(text);
    } catch (error) {
      expect(error).toBeInstanceOf(RulesUnreadableError);
    }
  };

  it('any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), settles), { numRuns: 500 });
  });

  it('characters that YAML gives a meaning to', () => {
    const unit = fc.constantFrom(
      ...'{}[]:,-?!&*|>%@#"\' \n\tab0.~<='.split(''),
      'scope',
      'grace',
      'sources:\n ',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (parts) => settles(parts.join(''))),
      { numRuns: 1_000 },
    );
  });

  it('any values under the keys that there are', () => {
    const leaf = fc.oneof(fc.jsonValue(), fc.constantFrom('enforce', '1m', 'region', 'follow', 0, 1));
    const sources = fc.dictionary(
      fc.constantFrom(...RULES_KEYS.map(({ key }) => key.replace('sources.', '')), 'x'),
      leaf,
    );
    const document = fc.dictionary(
      fc.constantFrom(...RULES_KEYS.map(({ key }) => key), 'sources', '__proto__'),
      fc.oneof(leaf, sources),
    );
    fc.assert(
      fc.property(document, (value) => settles(stringify(value))),
      { numRuns: 500 },
    );
  });
});
