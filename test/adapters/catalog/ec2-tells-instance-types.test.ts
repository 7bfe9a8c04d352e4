import { expect, test } from 'vitest';
import { Ec2CatalogError } from '../../../shared/aws-sdk/ec2-catalog-error.ts';
import { type Catalog, labelOf } from '../../../shared/catalog/catalog.ts';
import { CatalogUnreadableError } from '../../../shared/catalog/catalog-unreadable-error.ts';
import { CPU_KEY } from '../../../shared/requirements/labels.ts';
import type { TypesFault } from '../../standins/ec2-types-api.ts';
import { failureOf } from '../kube/fixture.ts';
import { ec2Types, fetchFrom, MADE_AT, TYPES } from './asking-types.ts';

const zonesOf = ({ offerings }: Catalog, place: number) =>
  offerings?.sets[offerings.setOf[place] ?? -1]?.map((zone) => offerings.zoneIds[zone]);

test('all pages of both answers make the catalogue of what Karpenter could launch', async () => {
  const api = await ec2Types();
  const catalog = await fetchFrom(api);
  expect(catalog.origin).toEqual({ source: 'ec2', madeAt: MADE_AT, region: 'us-east-1' });
  expect(catalog.types).toEqual(['c5.large', 'c6g.xlarge', 'm5.large']);
  expect(catalog.types.map((_, place) => labelOf(catalog, place, CPU_KEY))).toEqual(['2', '4', '2']);
  expect(catalog.capacityTypes).toEqual([1, 3, 3]);
  expect(catalog.types.map((_, place) => zonesOf(catalog, place))).toEqual([
    ['use1-az2'],
    ['use1-az1'],
    ['use1-az1', 'use1-az2'],
  ]);
  expect(api.requests.map(({ Action, NextToken }) => [Action, NextToken])).toEqual([
    ['DescribeInstanceTypes', undefined],
    ['DescribeInstanceTypes', '2'],
    ['DescribeInstanceTypes', '4'],
    ['DescribeInstanceTypeOfferings', undefined],
    ['DescribeInstanceTypeOfferings', '2'],
    ['DescribeInstanceTypeOfferings', '4'],
  ]);
});

test('without a Region in its origin no offerings are asked for', async () => {
  const api = await ec2Types();
  const catalog = await fetchFrom(api, { origin: { source: 'bundled', madeAt: MADE_AT } });
  expect(catalog.offerings).toBeUndefined();
  expect(catalog.types).toContain('r5.large');
  expect(api.requests.map(({ Action }) => Action)).not.toContain('DescribeInstanceTypeOfferings');
});

test('what is throttled on the way is asked again', async () => {
  const api = await ec2Types();
  api.misbehave({ status: 503, code: 'RequestLimitExceeded' }, 1, 'DescribeInstanceTypeOfferings');
  const { types } = await fetchFrom(api, { maxAttempts: 2 });
  expect(types).toHaveLength(3);
});

const grants = 'grant ec2:DescribeInstanceTypes and ec2:DescribeInstanceTypeOfferings';
const troubles: readonly (readonly [TypesFault, string, string])[] = [
  [{ status: 403, code: 'UnauthorizedOperation' }, 'denied', grants],
  [{ status: 401, code: 'AuthFailure' }, 'denied', grants],
  [{ status: 503, code: 'RequestLimitExceeded' }, 'throttled', 'RequestLimitExceeded'],
  [{ status: 500, code: 'InternalError' }, 'unavailable', 'answered 500'],
  ['reset', 'unavailable', 'ECONNRESET'],
  [{ status: 404, code: 'Novel' }, 'no-endpoint', 'answered 404'],
  [{ body: '<DescribeInstanceTypeOfferingsResponse><instanceType' }, 'unreadable', 'nothing of this answer'],
];

test.each(troubles)('%j in the middle leaves no half catalogue: %s', async (fault, trouble, words) => {
  const api = await ec2Types();
  api.misbehave(fault, 1, 'DescribeInstanceTypeOfferings');
  const error = await failureOf(fetchFrom(api));
  expect(error).toBeInstanceOf(Ec2CatalogError);
  expect(error).toMatchObject({ code: `catalog.${trouble}`, trouble });
  const { message } = error as Ec2CatalogError;
  expect(message).toMatch(/^EC2 DescribeInstanceTypeOfferings: /);
  expect(message).toContain(words);
});

test('nobody listens: unavailable', async () => {
  const api = await ec2Types();
  await api.stop();
  expect(await failureOf(fetchFrom(api))).toMatchObject({ code: 'catalog.unavailable' });
});

test.each([
  ['an answer without types', '<DescribeInstanceTypesResponse/>', /EC2 told of no instance type/],
  [
    'a type without CPUs',
    '<DescribeInstanceTypesResponse><instanceTypeSet><item><instanceType>m5.large</instanceType></item></instanceTypeSet></DescribeInstanceTypesResponse>',
    /no answer of ec2:DescribeInstanceTypes: 0\.ProcessorInfo/,
  ],
])('%s is no catalogue', async (_, body, words) => {
  const api = await ec2Types();
  api.misbehave({ body }, 1, 'DescribeInstanceTypes');
  const error = await failureOf(fetchFrom(api));
  expect(error).toBeInstanceOf(CatalogUnreadableError);
  expect(error).toMatchObject({ code: 'catalog.unreadable', message: expect.stringMatching(words) });
});

test('a Region whose zones offer none of the types is no catalogue', async () => {
  const api = await ec2Types(TYPES.map((type) => ({ ...type, zones: [] })));
  const error = await failureOf(fetchFrom(api));
  expect(error).toMatchObject({ code: 'catalog.unreadable', message: expect.stringContaining('no zone') });
});

test('an answer that never ends is given up', async () => {
  const api = await ec2Types();
  api.neverEnd();
  const error = await failureOf(fetchFrom(api));
  expect(error).toMatchObject({ code: 'catalog.unreadable', trouble: 'unreadable' });
  expect(error).toMatchObject({ message: expect.stringContaining('does not end after') });
});

test('an answer that does not come is given up at the deadline', async () => {
  const api = await ec2Types();
  api.misbehave('slow');
  const error = await failureOf(fetchFrom(api, { deadlineMs: 300 }));
  expect(error).toMatchObject({ code: 'catalog.unavailable' });
  expect(error).toMatchObject({ message: expect.stringContaining('no complete answer within 0.3 s') });
});

test('who gives up hears their own reason', async () => {
  const api = await ec2Types();
  api.misbehave('slow');
  const stopping = new AbortController();
  const asked = failureOf(fetchFrom(api, { signal: stopping.signal }));
  await expect.poll(() => api.requests.length).toBe(1);
  const reason = new Error('the Lease was lost');
  stopping.abort(reason);
  expect(await asked).toBe(reason);
  expect(await failureOf(fetchFrom(api, { signal: stopping.signal }))).toBe(reason);
});
