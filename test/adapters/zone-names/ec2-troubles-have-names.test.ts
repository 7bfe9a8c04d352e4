import { expect, test } from 'vitest';
import { createEc2Zones } from '../../../watcher/zone-names/describe-zones.ts';
import { Ec2ApiError } from '../../../watcher/zone-names/ec2-trouble.ts';
import type { Ec2Fault } from '../../standins/ec2-api.ts';
import { failureOf } from '../kube/fixture.ts';
import { asking, ec2 } from './asking-zones.ts';

const never = new AbortController().signal;
const zone = (parts: string) =>
  `<DescribeAvailabilityZonesResponse><availabilityZoneInfo><item>${parts}</item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>`;

const faults: readonly (readonly [Ec2Fault, string, RegExp])[] = [
  ['denied', 'denied', /answered 403, UnauthorizedOperation: You are not.*ec2:DescribeAvailabilityZones/],
  [{ status: 400, code: 'RequestExpired' }, 'denied', /answered 400, RequestExpired/],
  [{ status: 401, code: 'OptInRequired' }, 'denied', /answered 401/],
  ['throttled', 'throttled', /answered 503, RequestLimitExceeded/],
  ['unavailable', 'unavailable', /answered 503, Unavailable/],
  ['bad-gateway', 'unavailable', /answered 502/],
  ['reset', 'unavailable', /ECONNRESET/],
  [{ status: 404, code: 'NovelCode' }, 'no-endpoint', /answered 404/],
  ['malformed', 'unreadable', /./],
  ['empty', 'unreadable', /the answer cannot be read: AvailabilityZones/],
  [{ body: 'go away' }, 'unreadable', /./],
  [{ body: zone('<zoneName>us-east-1a</zoneName>') }, 'unreadable', /ZoneId/],
  [{ body: zone('<zoneId>use1-az1</zoneId><zoneName></zoneName>') }, 'unreadable', /ZoneName/],
];

test.each(faults)('%j is %s', async (fault, trouble, words) => {
  const api = await ec2();
  api.misbehave(fault);
  const error = await failureOf(asking(api).ask(never));
  expect(error).toBeInstanceOf(Ec2ApiError);
  expect(error).toMatchObject({ code: `ec2.${trouble}`, trouble });
  const { message } = error as Ec2ApiError;
  expect(message).toMatch(words);
  expect(message.startsWith('EC2 DescribeAvailabilityZones: ')).toBe(true);
  expect(message).not.toContain('\n');
});

test('a signature with another key is denied', async () => {
  const api = await ec2();
  const error = await failureOf(asking(api, { secretAccessKey: 'wrong' }).ask(never));
  expect(error).toMatchObject({ code: 'ec2.denied' });
});

test('nobody listens: unavailable', async () => {
  const api = await ec2();
  await api.stop();
  expect(await failureOf(asking(api).ask(never))).toMatchObject({ code: 'ec2.unavailable' });
});

test('a Region that is none: no endpoint', async () => {
  const api = await ec2();
  const zones = createEc2Zones({ region: 'not a region', client: { credentials: api.credentials } });
  expect(await failureOf(zones.ask(never))).toMatchObject({ code: 'ec2.no-endpoint' });
});

test('an answer that does not come is given up, and the next question is answered', async () => {
  const api = await ec2();
  const zones = asking(api, { deadlineMs: 300 });
  await zones.ask(never).catch(() => undefined);
  api.misbehave('slow', 1);
  expect(await failureOf(zones.ask(never))).toMatchObject({
    code: 'ec2.unavailable',
    message: expect.stringContaining('no answer within 0.3 s'),
  });
  api.heal();
  expect(await asking(api).ask(never)).toHaveLength(4);
});

test('a question that its asker gives up ends with his reason', async () => {
  const api = await ec2();
  api.misbehave('slow');
  const asker = new AbortController();
  const failure = failureOf(asking(api).ask(asker.signal));
  const reason = new Error('enough');
  while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  asker.abort(reason);
  expect(await failure).toBe(reason);
  expect(await failureOf(asking(api).ask(asker.signal))).toBe(reason);
});

test('a failure that passes is mended by the SDK’s retries', async () => {
  const api = await ec2();
  api.misbehave('unavailable', 1);
  expect(await asking(api, { maxAttempts: 3 }).ask(never)).toHaveLength(4);
  expect(api.requests).toHaveLength(2);
});
