import { GetManagedResourceCommand, ListZonalShiftsCommand } from '@aws-sdk/client-arc-zonal-shift';
import { describe, expect, it } from 'vitest';
import { type Expected, refusalOf, type SignedRequest } from '../../standins/arc-signature.ts';
import { arc, asking, CLUSTER, clientFor, EIGHT, never } from './asking-arc.ts';

const HOUR_MS = 3_600_000;

describe('a request of the client', () => {
  it('is signed for the service and the Region, over everything that the stand-in checks', async () => {
    const api = await arc();
    const answer = await asking(api).ask(never);
    expect(answer.autoshifts).toEqual({ ok: true, value: [] });
    expect(answer.zonalShifts).toEqual({ ok: true, value: [] });
    expect(answer.resource).toEqual({ ok: true, value: { zonalShifts: [], autoshifts: [] } });
    expect(api.requests.map(({ signed }) => signed)).toEqual([true, true, true]);
    expect(api.requests[0]?.headers.authorization).toContain('/us-east-1/arc-zonal-shift/aws4_request');
  });

  it('is signed with a session token, which the stand-in asks for', async () => {
    const sessionToken = 'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJ=';
    const api = await arc({ sessionToken });
    expect((await asking(api).ask(never)).autoshifts.ok).toBe(true);
    const { sessionToken: _, ...without } = api.credentials;
    const refused = await asking({ ...api, credentials: without }).ask(never);
    expect(refused.autoshifts).toMatchObject({ ok: false, trouble: 'denied' });
  });

  it.each([
    'arn:aws-cn:eks:cn-north-1:123456789012:cluster/a/b/c',
    "arn:aws:eks:us-east-1:123456789012:cluster/all sorts !'()*~;,=&?#%+@$|<>",
    'arn:aws:eks:us-east-1:123456789012:cluster/größe-✓/%2F/..',
  ])('names %s in path and query as it is', async (arn) => {
    const api = await arc();
    api.model.register(arn);
    api.model.startZonalShift(arn, 'use1-az2', EIGHT);
    const answer = await asking(api, { resourceArn: arn }).ask(never);
    expect(answer.zonalShifts).toMatchObject({ ok: true, value: [{ zoneId: 'use1-az2' }] });
    expect(answer.resource).toMatchObject({ ok: true, value: { zonalShifts: [{ zoneId: 'use1-az2' }] } });
    expect(api.requests.every(({ signed }) => signed)).toBe(true);
  });

  it('gives a token back as it came, whatever is in it', async () => {
    const api = await arc();
    const client = clientFor(api);
    const nextToken = `+/= &?#%25~*'()!:@,;"<>[]{}|\\^\`é✓`;
    const asked = client.send(new ListZonalShiftsCommand({ nextToken }));
    await expect(asked).rejects.toMatchObject({ name: 'ValidationException', reason: 'InvalidToken' });
    expect(api.requests).toMatchObject([{ signed: true, query: { nextToken } }]);
  });

  it('is corrected and sent again when the clock of this machine is wrong', async () => {
    const api = await arc({ now: () => Date.now() + HOUR_MS });
    const client = clientFor(api);
    await client.send(new GetManagedResourceCommand({ resourceIdentifier: CLUSTER }));
    expect(api.requests.map(({ signed }) => signed)).toEqual([false, true]);
  });
});

describe('a signature that is wrong', () => {
  it.each([
    ['secret', { secretAccessKey: 'another' }],
    ['key', { accessKeyId: 'AKIDANOTHER' }],
    ['session token', { sessionToken: 'another' }],
  ])('by its %s is refused, and seen as denied', async (_, wrong) => {
    const api = await arc();
    const answer = await asking({ ...api, credentials: { ...api.credentials, ...wrong } }).ask(never);
    for (const one of [answer.autoshifts, answer.zonalShifts, answer.resource]) {
      expect(one).toMatchObject({ ok: false, trouble: 'denied', error: { code: 'arc.denied' } });
    }
    expect(api.requests.some(({ signed }) => signed)).toBe(false);
  });

  it('by its Region is refused, and seen as denied', async () => {
    const api = await arc();
    const answer = await asking({ ...api, region: 'eu-west-1' }).ask(never);
    expect(answer.autoshifts).toMatchObject({ ok: false, trouble: 'denied' });
  });
});

/** The case `get-vanilla` of AWS's test suite for Signature Version 4. */
describe("the stand-in's own check", () => {
  const at = Date.UTC(2015, 7, 30, 12, 36, 0);
  const expected: Expected = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
    service: 'service',
  };
  const signature = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
  const scope = '20150830/us-east-1/service/aws4_request';
  const good: SignedRequest = {
    method: 'GET',
    target: '/',
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
    body: '',
  };
  const withHeaders = (headers: Record<string, string>) => ({
    ...good,
    headers: { ...good.headers, ...headers },
  });

  it("accepts AWS's example", () => {
    expect(refusalOf(good, expected, at)).toBeUndefined();
  });

  it.each([
    ['another method', { ...good, method: 'POST' }, 'InvalidSignatureException'],
    ['another path', { ...good, target: '/a' }, 'InvalidSignatureException'],
    ['a query', { ...good, target: '/?a=b' }, 'InvalidSignatureException'],
    ['a body', { ...good, body: 'x' }, 'InvalidSignatureException'],
    ['another host', withHeaders({ host: 'example.com' }), 'InvalidSignatureException'],
    ['a header that is not signed', withHeaders({ 'x-amz-target': 'x' }), 'InvalidSignatureException'],
    ['a token nobody knows', withHeaders({ 'x-amz-security-token': 'x' }), 'UnrecognizedClientException'],
    ['no date', withHeaders({ 'x-amz-date': '' }), 'InvalidSignatureException'],
    ['a header that cannot be read', withHeaders({ authorization: 'x' }), 'IncompleteSignatureException'],
    [
      'no header',
      { ...good, headers: { host: 'example.amazonaws.com' } },
      'MissingAuthenticationTokenException',
    ],
  ])('refuses %s', (_, request, code) => {
    expect(refusalOf(request, expected, at)).toMatchObject({ code });
  });

  it('refuses what is older or newer than five minutes, and another Region or service', () => {
    const five = 5 * 60_000;
    expect(refusalOf(good, expected, at + five)).toBeUndefined();
    expect(refusalOf(good, expected, at + five + 1)).toMatchObject({ code: 'InvalidSignatureException' });
    expect(refusalOf(good, expected, at - five - 1)).toMatchObject({ code: 'InvalidSignatureException' });
    expect(refusalOf(good, { ...expected, region: 'eu-west-1' }, at)).toBeDefined();
    expect(refusalOf(good, { ...expected, service: 'sqs' }, at)).toBeDefined();
  });
});
