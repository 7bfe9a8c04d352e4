import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { ThrottlingException, ValidationException } from '@aws-sdk/client-arc-zonal-shift';
import { describe, expect, it } from 'vitest';
import { ZonewardenError } from '../../../shared/errors/zonewarden-error.ts';
import { ArcApiError, toArcApiError } from '../../../watcher/controllers/arc/arc-trouble.ts';
import type { ArcFault, ArcOperation } from '../../standins/arc-api.ts';
import { arc, asking, CLUSTER, EIGHT, never } from './asking-arc.ts';

/** The SDK's waits between attempts would only slow down what is not about them. */
const once = { maxAttempts: 1 };

async function askedWith(operation: ArcOperation, fault: ArcFault, more: Parameters<typeof asking>[1] = {}) {
  const api = await arc();
  api.model.startAutoshift('use1-az1', EIGHT, CLUSTER);
  api.misbehave(operation, fault);
  const answer = await asking(api, { client: once, ...more }).ask(never);
  const all = {
    ListAutoshifts: answer.autoshifts,
    ListZonalShifts: answer.zonalShifts,
    GetManagedResource: answer.resource,
  };
  const others = Object.entries(all).filter(([name]) => name !== operation);
  return { api, asked: all[operation], others: others.map(([, one]) => one?.ok) };
}

const faults: readonly (readonly [ArcOperation, ArcFault, string, RegExp])[] = [
  ['ListAutoshifts', 'throttled', 'throttled', /answered 429, ThrottlingException: Rate exceeded/],
  ['ListAutoshifts', 'denied', 'denied', /403.*; .*grant it arc-zonal-shift:ListAutoshifts on "\*"/],
  ['GetManagedResource', 'denied', 'denied', /arc-zonal-shift:GetManagedResource \(condition key/],
  [
    'GetManagedResource',
    'not-found',
    'not-registered',
    /404, ResourceNotFoundException.*register the cluster/,
  ],
  ['ListZonalShifts', 'invalid', 'not-registered', /400, ValidationException/],
  ['ListAutoshifts', 'internal', 'unavailable', /500, InternalServerException: an internal error/],
  ['ListAutoshifts', 'bad-gateway', 'unavailable', /answered 502/],
  ['ListAutoshifts', 'reset', 'unavailable', /ECONNRESET/],
  ['ListAutoshifts', 'malformed', 'unreadable', /answered 200, SyntaxError/],
  ['ListAutoshifts', { body: 'null' }, 'unreadable', /answered 200, TypeError/],
  ['ListZonalShifts', { status: 404, code: 'UnknownOperationException' }, 'no-endpoint', /answered 404/],
  ['ListZonalShifts', { status: 400, code: 'ExpiredTokenException' }, 'denied', /400, ExpiredTokenException/],
  ['ListZonalShifts', { status: 403, code: 'NovelException' }, 'denied', /answered 403, NovelException/],
  ['ListZonalShifts', { status: 400, code: 'ValidationException' }, 'unavailable', /answered 400/],
  ['ListZonalShifts', { status: 418, code: 'NovelException' }, 'unavailable', /418, NovelException/],
];

describe('a question that ARC does not answer', () => {
  it.each(faults)(
    '%s, %j, is %s, and the others have their answers',
    async (operation, fault, trouble, words) => {
      const { asked, others } = await askedWith(operation, fault);
      expect(asked).toMatchObject({ ok: false, trouble });
      const error = asked?.ok === false ? asked.error : undefined;
      expect(error).toBeInstanceOf(ArcApiError);
      expect(error).toBeInstanceOf(ZonewardenError);
      expect(error).toMatchObject({ code: `arc.${trouble}`, trouble, operation });
      expect(error?.message).toMatch(words);
      const about = operation === 'ListAutoshifts' ? operation : `${operation} ${CLUSTER}`;
      expect(error?.message.startsWith(`ARC ${about}: `)).toBe(true);
      expect(error?.message).not.toContain('\n');
      expect(others).toEqual([true, true]);
    },
  );

  it('is unavailable when nobody listens', async () => {
    const api = await arc();
    await api.stop();
    const { autoshifts } = await asking(api, { client: once }).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'unavailable' });
    expect(autoshifts.ok === false && autoshifts.error.message).toContain('ECONNREFUSED');
  });

  it('is unavailable when what listens says nothing of HTTP', async () => {
    const server = createServer((socket) => socket.resume().end('go away\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { region, credentials } = await arc();
    const endpoint = `http://127.0.0.1:${port}`;
    const { autoshifts } = await asking({ endpoint, region, credentials }, { client: once }).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'unavailable' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('is denied when there are no credentials', async () => {
    const api = await arc();
    const credentials = () =>
      Promise.reject(
        Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
      );
    const { autoshifts } = await asking(api, { client: { credentials } }).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'denied' });
    expect(api.requests).toEqual([]);
  });

  it.each([
    ['no Region', { region: async () => '' }],
    ['a Region that is no part of a host name', { region: 'us east!' }],
    ['a host that does not exist', { endpoint: 'http://arc-zonal-shift.nowhere-1.invalid' }],
    ['FIPS for an endpoint of our own', { useFipsEndpoint: true }],
  ])('has no endpoint with %s', async (_, client) => {
    const { autoshifts } = await asking(await arc(), { client: { ...once, ...client } }).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'no-endpoint' });
  });
});

describe('an attempt that fails', () => {
  it.each([
    ['throttled', 'throttled'],
    ['internal', 'internal'],
    ['bad-gateway', 'bad-gateway'],
    ['reset', 'reset'],
  ] as const)('by %s is made again', async (_, fault) => {
    const api = await arc();
    api.model.startAutoshift('use1-az1', EIGHT);
    api.misbehave('ListAutoshifts', fault, 2);
    const { autoshifts } = await asking(api, { resourceArn: undefined }).ask(never);
    expect(autoshifts).toMatchObject({ ok: true, value: [{ zoneId: 'use1-az1' }] });
    expect(api.count('ListAutoshifts')).toBe(3);
    expect(new Set(api.requests.map(({ headers }) => headers['amz-sdk-request'])).size).toBe(3);
  });

  it('is not made again when it was denied or not found', async () => {
    const api = await arc();
    api.misbehave('ListAutoshifts', 'denied');
    api.misbehave('GetManagedResource', 'not-found');
    await asking(api).ask(never);
    expect([api.count('ListAutoshifts'), api.count('GetManagedResource')]).toEqual([1, 1]);
  });
});

describe('an answer that does not come', () => {
  it('is given up at the deadline, and the others have theirs', async () => {
    const { asked, others } = await askedWith('GetManagedResource', 'slow', { deadlineMs: 500 });
    expect(asked).toMatchObject({ ok: false, trouble: 'unavailable' });
    expect(asked?.ok === false && asked.error.message).toContain('no answer within 0.5 s');
    expect(others).toEqual([true, true]);
  });

  it('is given up at the deadline also where the SDK does not look at it: while credentials are fetched', async () => {
    const api = await arc();
    const credentials = () => new Promise<never>(() => {});
    const { autoshifts } = await asking(api, { client: { credentials }, deadlineMs: 50 }).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'unavailable' });
    expect(api.requests).toEqual([]);
  });

  it('is given up when the signal aborts: then, and only then, asking rejects, with its reason', async () => {
    const api = await arc();
    api.misbehave('all', 'slow');
    const stopping = new AbortController();
    const asked = asking(api).ask(stopping.signal);
    const reason = new Error('the process stops');
    setImmediate(() => stopping.abort(reason));
    await expect(asked).rejects.toBe(reason);
    expect(getEventListeners(stopping.signal, 'abort')).toEqual([]);
  });

  it('is not even asked for when the signal has aborted before', async () => {
    const api = await arc();
    await expect(asking(api).ask(AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(api.requests).toEqual([]);
  });

  it('is there when it is only late', async () => {
    const { asked } = await askedWith('ListAutoshifts', { slowMs: 30 });
    expect(asked).toMatchObject({ ok: true });
  });
});

describe('what is thrown', () => {
  const question = { operation: 'ListAutoshifts' } as const;

  it('by the client is of the classes that the SDK has for it', async () => {
    const cause = (asked: Awaited<ReturnType<typeof askedWith>>['asked']) =>
      asked?.ok === false ? asked.error.cause : undefined;
    const throttled = await askedWith('ListAutoshifts', 'throttled');
    expect(cause(throttled.asked)).toBeInstanceOf(ThrottlingException);
    const invalid = await askedWith('ListAutoshifts', 'invalid');
    expect(cause(invalid.asked)).toBeInstanceOf(ValidationException);
    expect(cause(invalid.asked)).toMatchObject({ reason: 'InvalidResourceIdentifier', $fault: 'client' });
  });

  it.each([[undefined], [null], ['words'], [7], [{}]])('may be anything: %j is unavailable', (thrown) => {
    expect(toArcApiError(thrown, question)).toMatchObject({ trouble: 'unavailable' });
  });

  it('is kept when it is one of ours', () => {
    const error = new ArcApiError('denied', question, 'x');
    expect(toArcApiError(error, question)).toBe(error);
  });
});
