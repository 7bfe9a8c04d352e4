import { expect, test } from 'vitest';
import { boundsProblem } from '../../../shared/json/json-bounds.ts';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test.each<[string, unknown]>([
  ['null', null],
  ['a string of any length', 'x'.repeat(1_000_000)],
  ['100 levels', nested(100)],
  ['20,000 values', Array(20_000).fill('m5.large')],
  ['20,000 values, some in others', [Array(10_000).fill(1), ...Array(9_999).fill(1)]],
])('%s is looked through', (_name, value) => {
  expect(boundsProblem(value)).toBeUndefined();
});

test.each<[string, unknown, RegExp]>([
  ['102 levels', nested(102), /more than 100 levels/],
  ['as many levels as fit a body', nested(3_000_000), /more than 100 levels/],
  ['20,001 values', Array(20_001).fill(1), /more than 20000 values/],
  [
    '20,001 members',
    Object.fromEntries(Array.from({ length: 20_001 }, (_, at) => [`k${at}`, 1])),
    /20000 values/,
  ],
  ['20,001 values, some in others', [Array(10_000).fill(1), ...Array(10_000).fill(1)], /20000 values/],
])('%s is not', (_name, value, problem) => {
  expect(boundsProblem(value)).toMatch(problem);
});
