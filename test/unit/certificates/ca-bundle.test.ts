import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAuthority } from '../../../webhook/certificates/authority.ts';
import { bundleChange } from '../../../webhook/certificates/ca-bundle.ts';

const DAY = 86_400_000;
const now = new Date('2026-11-21T12:00:00Z');
const day = (days: number) => new Date(now.getTime() + days * DAY);
const pemOf = async (daysAgo: number, lifetimeDays: number) =>
  (await makeAuthority(day(-daysAgo), lifetimeDays * DAY)).certificatePem;
const base64 = (...pems: string[]) => Buffer.from(pems.join('')).toString('base64');

const [ours, old, older, expired] = await Promise.all([
  pemOf(0, 365),
  pemOf(10, 365),
  pemOf(20, 365),
  pemOf(30, 20),
]);

interface Want {
  readonly authority?: string;
  readonly served?: string;
  readonly at?: Date;
}

/** The new bundle as text, and whether it is urgent; with an overlap of 7 days. */
function changed(current: string, { authority = ours, served, at = now }: Want = {}) {
  const change = bundleChange(
    current,
    {
      authority: new X509Certificate(authority),
      ...(served === undefined ? {} : { served: new X509Certificate(served) }),
      overlapMs: 7 * DAY,
    },
    at,
  );
  return change && { text: Buffer.from(change.value, 'base64').toString(), urgent: change.urgent };
}

const urgently = (...pems: string[]) => ({ text: pems.join(''), urgent: true });
const sometime = (...pems: string[]) => ({ text: pems.join(''), urgent: false });

test('an empty bundle becomes ours alone, at once', () => {
  expect(changed('')).toEqual(urgently(ours));
  expect(changed('not base64 of a PEM')).toEqual(urgently(ours));
});

test('a bundle that holds what it should is left alone, in any order and with comments', () => {
  expect(changed(base64(old, ours))).toBeUndefined();
  expect(changed(base64('# a comment\n', ours))).toBeUndefined();
});

test('a CA that is still valid stays beside ours, the newest first; expired ones and garbage go', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';
  expect(changed(base64(older, expired, broken, old))).toEqual(urgently(ours, old, older));
});

test('what should go from a bundle that trusts us is not urgent', () => {
  expect(changed(base64(ours, expired))).toEqual(sometime(ours));
});

test('a CA before ours stays for as long as its last leaf may live, and no longer', () => {
  expect(changed(base64(ours, old), { at: day(6.9) })).toBeUndefined();
  expect(changed(base64(ours, old), { at: day(7.1) })).toEqual(sometime(ours));
});

test('a CA that is newer than ours is not for us to take out, until it expires', () => {
  expect(changed(base64(ours, old), { authority: old, at: day(300) })).toBeUndefined();
  expect(changed(base64(ours, old), { authority: old, at: day(366) })).toEqual(sometime(old));
});

test('what this replica still serves is trusted whatever its age; not when it has expired', () => {
  expect(changed(base64(ours), { served: old, at: day(30) })).toEqual(urgently(ours, old));
  expect(changed(base64(ours, old), { served: old, at: day(30) })).toBeUndefined();
  expect(changed(base64(ours), { served: expired })).toBeUndefined();
});

test('a bundle does not grow without end', async () => {
  const many = await Promise.all([1, 2, 3, 4, 5].map((days) => pemOf(days, 365)));
  expect(changed(base64(...many))).toEqual(urgently(ours, ...many.slice(0, 3)));
  expect(changed(base64(...many), { served: many[4] ?? '' })).toEqual(
    urgently(ours, many[4] ?? '', ...many.slice(0, 3)),
  );
  expect(changed(base64(ours, ...many))).toEqual(sometime(ours, ...many.slice(0, 3)));
});

test('what is written is what is wanted: a second look changes nothing', () => {
  const first = bundleChange(
    base64(older, expired, old),
    { authority: new X509Certificate(ours), overlapMs: 7 * DAY },
    now,
  );
  expect(changed(first?.value ?? '')).toBeUndefined();
});

test('a beginning without an end hides no certificate that follows it', () => {
  expect(changed(base64('-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n', ours))).toEqual(undefined);
});

test('a bundle as large as an object may be is read in the time that it takes to read it', () => {
  const begun = process.cpuUsage();
  // 38,000 beginnings and no end: with a search from each of them this took minutes.
  expect(changed(base64('-----BEGIN CERTIFICATE-----\n'.repeat(38_000)))).toEqual(urgently(ours));
  const { user, system } = process.cpuUsage(begun);
  expect(user + system).toBeLessThan(5_000_000);
});
