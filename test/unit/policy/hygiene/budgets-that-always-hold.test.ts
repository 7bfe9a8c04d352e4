import { describe, expect, it } from 'vitest';
import type { Budget } from '../../../../shared/policy/reading/pool-facts.ts';
import {
  allowsNone,
  isPermanent,
  percentOf,
  permanentBudgets,
} from '../../../../shared/policy/values/budgets.ts';

const NOTHING: Budget = { nodes: undefined, reasons: undefined, schedule: undefined, duration: undefined };
const budget = (parts: Partial<Budget>): Budget => ({ ...NOTHING, ...parts });

describe('a budget with a schedule', () => {
  it.each([
    ['* * * * *', '1m'],
    ['*/10 * * * *', '10m'],
    ['5 * * * *', '60m'],
    ['5 * * * *', '1h0m0s'],
    ['@hourly', '1h'],
    ['@daily', '24h'],
    ['@midnight', '24h'],
    ['@weekly', '168h'],
    ['0 9 * * *', '24h'],
    ['  0   9 * * *  ', '30h'],
  ])('%j for %s leaves no gap', (schedule, duration) => {
    expect(isPermanent(budget({ schedule, duration }))).toBe(true);
  });

  it.each([
    ['*/10 * * * *', '9m'],
    ['5 * * * *', '59m'],
    ['@hourly', '59m'],
    ['@daily', '23h59m'],
    ['@weekly', '167h'],
    ['@monthly', '672h'],
    ['0 9 * * mon-fri', '24h'],
    ['0 9 1 * *', '24h'],
    ['0 9,21 * * *', '12h'],
    ['0 */2 * * *', '2h'],
    ['@daily', ''],
    ['nonsense', '24h'],
    ['toString', '24h'],
  ])('%j for %s leaves one, or may', (schedule, duration) => {
    expect(isPermanent(budget({ schedule, duration }))).toBe(false);
  });
});

describe('the budgets that always hold for a reason', () => {
  const budgets = [
    budget({ nodes: '10%' }),
    budget({ nodes: '1', reasons: ['Drifted'] }),
    budget({ nodes: '2', reasons: ['Underutilized', 'Empty'] }),
    budget({ nodes: '3', reasons: [] }),
    budget({ nodes: '4', schedule: '0 9 * * *', duration: '8h' }),
  ];

  it.each([
    ['Drifted', ['10%', '1']],
    ['Underutilized', ['10%', '2']],
    ['Empty', ['10%', '2']],
  ] as const)('%s: %j; one with an empty list of reasons applies to none', (reason, expected) => {
    expect(permanentBudgets(budgets, reason).map(({ nodes }) => nodes)).toEqual(expected);
  });
});

describe('what a budget allows', () => {
  it('is 10% where it says nothing, as the CRD fills in', () => {
    expect(percentOf(NOTHING)).toBe(10);
    expect(allowsNone(NOTHING)).toBe(false);
  });

  it.each([
    ['0', true],
    ['0%', true],
    ['00', true],
    ['10', false],
    ['100%', false],
    ['1', false],
  ])('nodes %j: nothing is %s', (nodes, none) => {
    expect(allowsNone(budget({ nodes }))).toBe(none);
  });

  it('is a percentage only with a percent sign', () => {
    expect(percentOf(budget({ nodes: '50%' }))).toBe(50);
    expect(percentOf(budget({ nodes: '50' }))).toBeUndefined();
  });
});
