import { expect, test } from 'vitest';
import { makeAuthority } from '../../../webhook/certificates/authority.ts';
import { bundleTrusting } from '../../../webhook/certificates/ca-bundle.ts';

const DAY = 86_400_000;
const now = new Date('2026-11-21T12:00:00Z');
const ago = (days: number) => new Date(now.getTime() - days * DAY);
const pemOf = async (daysAgo: number, lifetimeDays: number) =>
  (await makeAuthority(ago(daysAgo), lifetimeDays * DAY)).certificatePem;
const base64 = (...pems: string[]) => Buffer.from(pems.join('')).toString('base64');
const text = (bundle: string | undefined) => Buffer.from(bundle ?? '', 'base64').toString();

const [ours, old, older, expired] = await Promise.all([
  pemOf(0, 365),
  pemOf(10, 365),
  pemOf(20, 365),
  pemOf(30, 20),
]);

test('an empty bundle becomes ours alone', () => {
  expect(text(bundleTrusting(undefined, ours, now))).toBe(ours);
  expect(text(bundleTrusting('', ours, now))).toBe(ours);
});

test('a bundle that holds ours is left alone, whatever else it holds', () => {
  expect(bundleTrusting(base64(old, ours), ours, now)).toBeUndefined();
  expect(bundleTrusting(base64('# a comment\n', ours, expired), ours, now)).toBeUndefined();
});

test('a CA that is still valid stays beside ours, the newest first; expired ones and garbage go', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';
  expect(text(bundleTrusting(base64(older, expired, broken, old), ours, now))).toBe(ours + old + older);
  expect(text(bundleTrusting('not base64 of a PEM', ours, now))).toBe(ours);
});

test('a bundle does not grow without end', async () => {
  const many = await Promise.all([1, 2, 3, 4, 5].map((days) => pemOf(days, 365)));
  expect(text(bundleTrusting(base64(...many), ours, now))).toBe([ours, ...many.slice(0, 3)].join(''));
});
