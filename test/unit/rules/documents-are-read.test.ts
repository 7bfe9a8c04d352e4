import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readRules, rulesDocument, rulesInConfigMap } from '../../../shared/settings/rules-document.ts';
import { DEFAULT_ZONE_RULES, RULE_KINDS, type ZoneRules } from '../../../shared/settings/zone-rules.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const withKinds = (kinds: Partial<ZoneRules['kinds']>): ZoneRules => ({
  ...DEFAULT_ZONE_RULES,
  kinds: { ...DEFAULT_ZONE_RULES.kinds, ...kinds },
});

describe('a document without a value means the defaults', () => {
  it.each([
    '',
    '\n',
    '# only a comment\n',
    'null',
    '{}',
    '---\n',
    'sources:\n',
    'sources: {}',
    'sources:\n  operator:\n',
    'scope:\ngrace:\nrecoveryDelay:\nmaxImpairedZones:\nchildZones:\noperatorMaxDuration:\n',
  ])('%j', (text) => {
    expect(readRules(text)).toEqual(DEFAULT_ZONE_RULES);
  });
});

describe('each key', () => {
  it.each<[string, ZoneRules]>([
    ['sources: {autoshift: record}', withKinds({ autoshift: 'record' })],
    ['sources: {observerAutoshift: ignore}', withKinds({ 'observer-autoshift': 'ignore' })],
    ['sources: {zonalShift: ignore}', withKinds({ 'zonal-shift': 'ignore' })],
    ['sources: {practiceRun: enforce}', withKinds({ 'practice-run': 'enforce' })],
    ['sources: {fisExperiment: enforce}', withKinds({ 'fis-experiment': 'enforce' })],
    ['sources: {operator: record}', withKinds({ operator: 'record' })],
    ['scope: cluster', { ...DEFAULT_ZONE_RULES, scope: 'cluster' }],
    ['grace: 1m30s', { ...DEFAULT_ZONE_RULES, graceMs: 90_000 }],
    ['grace: 10s', { ...DEFAULT_ZONE_RULES, graceMs: 10_000 }],
    ['grace: 15m', { ...DEFAULT_ZONE_RULES, graceMs: 15 * MINUTE }],
    ['recoveryDelay: 5m', { ...DEFAULT_ZONE_RULES, recoveryDelayMs: 5 * MINUTE }],
    ['recoveryDelay: 0', DEFAULT_ZONE_RULES],
    ['recoveryDelay: "0"', DEFAULT_ZONE_RULES],
    ['recoveryDelay: 24h', { ...DEFAULT_ZONE_RULES, recoveryDelayMs: 24 * HOUR }],
    ['maxImpairedZones: 0', { ...DEFAULT_ZONE_RULES, maxImpairedZones: 0 }],
    ['maxImpairedZones: 2', { ...DEFAULT_ZONE_RULES, maxImpairedZones: 2 }],
    ['childZones: follow', { ...DEFAULT_ZONE_RULES, childZones: 'follow' }],
    ['operatorMaxDuration: 1m', { ...DEFAULT_ZONE_RULES, operatorMaxMs: MINUTE }],
    ['operatorMaxDuration: 72h', DEFAULT_ZONE_RULES],
  ])('%s', (text, rules) => {
    expect(readRules(text)).toEqual(rules);
  });

  it('may be written as JSON, or by way of an anchor', () => {
    expect(readRules('{"scope": "cluster", "grace": "30s"}')).toMatchObject({
      scope: 'cluster',
      graceMs: 30_000,
    });
    const { kinds } = readRules('sources: {autoshift: &it record, operator: *it}');
    expect(kinds).toMatchObject({ autoshift: 'record', operator: 'record' });
  });
});

const ms = (least: number, most: number) => fc.integer({ min: least, max: most });
const anyRules: fc.Arbitrary<ZoneRules> = fc.record({
  kinds: fc.tuple(...RULE_KINDS.map(() => fc.constantFrom('enforce', 'record', 'ignore'))).map((rules) => {
    const [first, second, third, fourth, fifth, sixth] = rules;
    const or = (rule: (typeof rules)[number] | undefined) => rule ?? 'enforce';
    return {
      autoshift: or(first),
      'observer-autoshift': or(second),
      'zonal-shift': or(third),
      'practice-run': or(fourth),
      'fis-experiment': or(fifth),
      operator: or(sixth),
    };
  }),
  scope: fc.constantFrom('region', 'cluster'),
  graceMs: ms(10_000, 15 * MINUTE),
  recoveryDelayMs: ms(0, 24 * HOUR),
  maxImpairedZones: fc.option(fc.nat(), { nil: undefined }),
  childZones: fc.constantFrom('ignore', 'follow'),
  operatorMaxMs: ms(MINUTE, 72 * HOUR),
});

it('rules that were written as a document are read as what they were', () => {
  fc.assert(
    fc.property(anyRules, (rules) => {
      expect(readRules(stringify(rulesDocument(rules)))).toEqual(rules);
    }),
  );
});

describe('a ConfigMap', () => {
  it.each([
    {},
    { data: undefined },
    { data: {} },
    { data: { 'config.yaml': '' } },
    { data: {}, binaryData: {} },
  ])('without rules means the defaults: %j', (object) => {
    expect(rulesInConfigMap(object)).toEqual(DEFAULT_ZONE_RULES);
  });

  it('with a document means that', () => {
    expect(rulesInConfigMap({ data: { 'config.yaml': 'scope: cluster' } })).toMatchObject({
      scope: 'cluster',
    });
  });
});
