import { expect, test } from 'vitest';
import { DEFAULT_DEADLINE_MS, deadlineOf } from '../../../webhook/server/deadline.ts';

test.each([
  ['timeout=5s', 5000],
  ['timeout=10s', 10_000],
  ['timeout=200ms', 200],
  ['timeout=1.5s', 1500],
  ['timeout=1m', 34_000],
  ['timeout=30s', 30_000],
  ['timeout=0m12s', 12_000],
  ['timeout=2s500ms', 2500],
  ['timeout=1h0m0s', 34_000],
  ['timeout=1500us', 1.5],
  ['timeout=1500%C2%B5s', 1.5],
  ['timeout=2000000ns', 2],
  ['pretty=true&timeout=3s', 3000],
  [`timeout=${'9'.repeat(400)}s`, 34_000],
])('?%s asks for %d ms', (query, expected) => {
  expect(deadlineOf(query)).toBeCloseTo(expected, 6);
});

test.each([
  '',
  'timeout=',
  'timeout=5',
  'timeout=s',
  'timeout=0s',
  'timeout=-5s',
  'timeout=5 s',
  'timeout=5sx',
  'timeout=five',
  'timeout=1e3s',
  'timeout=Infinity',
  'timeout=NaNs',
  'timeout=%E0%A4%A',
  'Timeout=5s',
  `timeout=${'1'.repeat(16_000)}x`,
])('?%s means the default', (query) => {
  expect(deadlineOf(query)).toBe(DEFAULT_DEADLINE_MS);
});
