import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/policy/core/evaluate.ts';
import { exemptionFrom } from '../../../../shared/policy/core/exemption.ts';
import { exemptionUnknown } from '../../../../shared/policy/rules/exemption-unknown.ts';
import { policyWith, pool, sampleRule, subjectOf } from '../sample-rules.ts';

const NAME = 'exempt.zonewarden.io/a-rule';
const NOW = Date.parse('2026-12-31T12:00:00Z');
const read = (text: string, nowMs = NOW) => exemptionFrom({ [NAME]: text }, 'a-rule', nowMs);

describe('an exemption holds', () => {
  it.each([
    ['licence bound to one type', 'licence bound to one type'],
    ['  licence \n bound  ', 'licence bound'],
    ['licence (until 2026-12-31)', 'licence'],
    ['licence(until 2026-12-31)', 'licence'],
    ['licence (Until  2026-12-31 ) ', 'licence'],
    ['licence (until the audit) (until 2027-01-01)', 'licence (until the audit)'],
    ['licence (see ticket 7)', 'licence (see ticket 7)'],
    ['(until 2020-01-01) is what the old one said', '(until 2020-01-01) is what the old one said'],
  ])('%j', (text, reason) => {
    expect(read(text)).toEqual({ holds: true, reason });
  });

  it('and a long reason is cut, because it stands in each line of the log', () => {
    const exemption = read(`licence ${'x'.repeat(100_000)} (until 2026-12-31)`);
    expect(exemption).toMatchObject({ holds: true, reason: expect.stringMatching(/^licence x{289}\.\.\.$/) });
  });
});

describe('an exemption does not hold', () => {
  it.each([
    ['', `its annotation ${NAME} gives no reason`],
    ['   ', `its annotation ${NAME} gives no reason`],
    ['(until 2027-01-01)', `its annotation ${NAME} gives no reason`],
    ['licence (until 2026-12-30)', `its annotation ${NAME} ended on 2026-12-30`],
    ['licence (until 2026-02-30)', `the end of its annotation ${NAME} is no date such as 2026-12-31`],
    ['licence (until 31.12.2027)', `the end of its annotation ${NAME} is no date such as 2026-12-31`],
    [
      'licence (until 2027-01-01T00:00:00Z)',
      `the end of its annotation ${NAME} is no date such as 2026-12-31`,
    ],
    ['licence (until )', `the end of its annotation ${NAME} is no date such as 2026-12-31`],
  ])('%j', (text, wrong) => {
    expect(read(text)).toEqual({ holds: false, wrong });
  });

  it('from the end of its last day in UTC', () => {
    const last = Date.parse('2026-12-31T23:59:59.999Z');
    expect(read('x (until 2026-12-31)', last)).toMatchObject({ holds: true });
    expect(read('x (until 2026-12-31)', last + 1)).toMatchObject({ holds: false });
  });
});

it('there is none of another rule, and none by inheritance', () => {
  expect(exemptionFrom({ [NAME]: 'x' }, 'b-rule', NOW)).toBeUndefined();
  expect(exemptionFrom({}, 'constructor', NOW)).toBeUndefined();
});

it('an annotation of 256 KiB is read in no time', () => {
  expect(read(`x${' '.repeat(262_144)}y`)).toMatchObject({ holds: true });
  expect(read(`x${'(until '.repeat(37_000)})`)).toMatchObject({ holds: false });
});

describe('a finding', () => {
  const rule = sampleRule('a-rule');
  const verdict = (annotation: string) =>
    evaluate(
      subjectOf(pool('web', { annotations: { [NAME]: annotation } })),
      policyWith({ profile: 'strict' }),
      [rule],
      { nowMs: NOW },
    );

  it('that is exempt is written down, with the reason', () => {
    expect(verdict('licence (until 2026-12-31)')).toEqual([
      {
        rule: 'a-rule',
        severity: 'audit',
        message: 'a-rule found something',
        lowered: 'exempt',
        exemption: 'licence',
      },
    ]);
  });

  it.each([
    ['', 'gives no reason'],
    ['licence (until 2026-12-30)', 'ended on 2026-12-30'],
  ])('whose exemption does not hold counts, and says why: %j', (annotation, why) => {
    expect(verdict(annotation)).toEqual([
      {
        rule: 'a-rule',
        severity: 'deny',
        message: `a-rule found something (its annotation ${NAME} ${why}, so that it does not count)`,
      },
    ]);
  });
});

describe('an exemption from a rule that does not exist', () => {
  const rule = exemptionUnknown(['a-rule', 'spot-types-min']);
  const verdict = (annotations: Readonly<Record<string, string>>) =>
    evaluate(subjectOf(pool('web', { annotations })), policyWith({}), [rule], { nowMs: NOW });

  it('is a finding, with what was meant', () => {
    expect(verdict({ 'exempt.zonewarden.io/spot-type-min': 'x', 'exempt.zonewarden.io/b': 'x' })).toEqual([
      {
        rule: 'exemption-unknown',
        severity: 'warn',
        message:
          'An annotation exempts from a rule, but there is no rule "spot-type-min" (did you mean spot-types-min?)',
        fix: 'Rename the annotation to exempt.zonewarden.io/spot-types-min',
        path: 'metadata.annotations',
      },
      {
        rule: 'exemption-unknown',
        severity: 'warn',
        message: 'An annotation exempts from a rule, but there is no rule "b"',
        fix: 'Remove the annotation exempt.zonewarden.io/b',
        path: 'metadata.annotations',
      },
    ]);
  });

  it('is none where the rule exists, also this one', () => {
    expect(verdict({ [NAME]: 'x', 'zonewarden.io/zone-enforcement': 'off' })).toEqual([]);
    expect(
      verdict({ 'exempt.zonewarden.io/exemption-unknown': 'old rules', 'exempt.zonewarden.io/gone': 'x' }),
    ).toMatchObject([{ severity: 'audit', lowered: 'exempt' }]);
  });
});
