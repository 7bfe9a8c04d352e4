import { expect, test } from 'vitest';
import { durationsProblem } from '../../../webhook/certificates/durations.ts';
import { madeAt, renewAt, SKEW_MS } from '../../../webhook/certificates/lifetime.ts';

const made = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const validity = (fromMs: number, toMs: number) => ({
  validFromDate: new Date(fromMs),
  validToDate: new Date(toMs),
});

test.each([
  ['a year', 365 * DAY],
  ['thirty seconds', 30_000],
])('a certificate of ours that lives for %s is renewed after two thirds of that', (_, life) => {
  const ours = validity(made - SKEW_MS, made + life);
  expect(madeAt(ours)).toBe(made);
  expect(renewAt(ours)).toBe(made + (life * 2) / 3);
});

test('one of somebody else that lives for less than the skew counts from its first moment', () => {
  const theirs = validity(made, made + 600_000);
  expect(madeAt(theirs)).toBe(made);
  expect(renewAt(theirs)).toBe(made + 400_000);
});

test.each([
  [365 * DAY, 7 * DAY, undefined],
  [30_000, 5_000, undefined],
  [30_000, 9_999, undefined],
  [29_999, 5_000, { option: 'caDuration', why: '29s999ms is too short: at least 30s' }],
  [30_000, 4_000, { option: 'leafDuration', why: '4s is too short: at least 5s' }],
  [30_000, 10_000, { option: 'leafDuration', why: "10s is too long: less than a third of the CA's 30s" }],
])('a CA of %i ms and leaves of %i ms', (ca, leaf, problem) => {
  expect(durationsProblem(ca, leaf)).toEqual(problem);
});
