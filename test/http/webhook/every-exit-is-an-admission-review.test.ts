import { describe, expect, it } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { type Call, patched, readAnswer } from '../../standins/admission-client.ts';
import { NODE_CLAIM, NODE_POOL, nodeClaim, nodePool, ONE_ZONE_AWAY, reviewOf } from './reviews.ts';
import { startServing } from './serving.ts';

const UID = reviewOf().request.uid;
const HEALTHY = nodePool(['us-east-1b', 'us-east-1c']);

describe('a decision is an AdmissionReview with status 200 and the uid of its request', () => {
  it('lets a NodePool that targets no impaired zone through as it is', async () => {
    const { client } = await startServing();
    const { http, ...answer } = await client.review('/mutate', reviewOf({ object: HEALTHY }));
    expect(http.status).toBe(200);
    expect(http.headers['content-type']).toBe('application/json');
    expect(answer).toEqual({ uid: UID, allowed: true, operations: [], auditAnnotations: expect.any(Object) });
  });

  it('patches a NodePool that targets one, and says so in a warning', async () => {
    const { client } = await startServing();
    const review = reviewOf();
    const answer = await client.review('/mutate?timeout=10s', review);
    expect(answer).toMatchObject({ uid: UID, allowed: true, patchType: 'JSONPatch' });
    expect(answer.warnings?.join()).toMatch(
      /us-east-1a \(use1-az1\) is impaired \(autoshift since 2026-11-21/,
    );
    expect(patched(review.request.object, answer)).toMatchObject({
      metadata: { annotations: { 'zonewarden.io/declared': expect.stringContaining('use1-az1') } },
      spec: { template: { spec: { requirements: [{ values: ['us-east-1b', 'us-east-1c'] }] } } },
    });
  });

  it('refuses a NodeClaim with no other zone, naming the zone, its ID and the reason', async () => {
    const { client } = await startServing();
    const object = nodeClaim(['us-east-1a']);
    const { http, ...answer } = await client.review('/mutate', reviewOf({ kind: NODE_CLAIM, object }));
    expect(http.status).toBe(200);
    expect(answer).toMatchObject({ uid: UID, allowed: false, status: { code: 403 } });
    expect(answer.status?.message).toMatch(/us-east-1a \(use1-az1\).*autoshift since 2026-11-21T04:00:00Z/);
  });

  it('refuses at the validating step what still targets an impaired zone', async () => {
    const { client } = await startServing();
    const answer = await client.review('/validate', reviewOf());
    expect(answer).toMatchObject({ uid: UID, allowed: false, status: { code: 403 } });
    expect(answer.status?.message).toMatch(/us-east-1a \(use1-az1\)/);
  });

  it('refuses in words an object that no CRD would take', async () => {
    const { client } = await startServing();
    const answer = await client.review('/mutate', reviewOf({ object: { metadata: {}, spec: 'none' } }));
    expect(answer).toMatchObject({ uid: UID, allowed: false, status: { code: 422 } });
    expect(answer.status?.message).toMatch(/spec: .*expected object/);
  });

  it.each<[string, unknown, RegExp]>([
    ['a list of a million numbers', Array(1_000_000).fill(1), /more than 20000 values/],
    ['a list 1,000 lists deep', JSON.parse('['.repeat(1000) + ']'.repeat(1000)), /more than 100 levels deep/],
  ])('refuses in words, and at once, a NodePool with %s', async (_name, requirements, words) => {
    const { client, panics } = await startServing();
    const object = { metadata: {}, spec: { template: { spec: { requirements } } } };
    for (const path of ['/mutate', '/validate']) {
      const answer = await client.review(path, reviewOf({ object }));
      expect(answer).toMatchObject({ uid: UID, allowed: false, status: { code: 422 } });
      expect(answer.status?.message).toMatch(words);
    }
    await expect(panics()).resolves.toBe(0);
  });

  it.each(['/mutate', '/validate'])('answers a dry run on %s exactly as the real write', async (path) => {
    const { client } = await startServing();
    const { http: _real, ...real } = await client.review(path, reviewOf({ dryRun: false }));
    const { http: _dry, ...dry } = await client.review(path, reviewOf({ dryRun: true }));
    expect(dry).toEqual(real);
  });
});

describe('what is not ours to decide is allowed and left alone', () => {
  const open = nodePool(['us-east-1a']);
  it.each([
    ['DELETE', { operation: 'DELETE', object: null, oldObject: open }],
    ['CONNECT', { operation: 'CONNECT', object: open }],
    ['a subresource', { operation: 'UPDATE', subResource: 'status', object: open, oldObject: open }],
    ['another kind', { kind: { group: '', version: 'v1', kind: 'Pod' }, object: {} }],
    ['a NodePool of another group', { kind: { ...NODE_POOL, group: 'example.com' }, object: open }],
    ['a kind named like a property', { kind: { ...NODE_POOL, kind: 'constructor' }, object: open }],
    [
      'an update of a NodeClaim',
      { kind: NODE_CLAIM, operation: 'UPDATE', object: nodeClaim(['us-east-1a']) },
    ],
  ])('%s', async (_name, parts) => {
    const { client } = await startServing();
    for (const path of ['/mutate', '/validate']) {
      const { http, ...answer } = await client.review(path, reviewOf(parts));
      expect(http.status).toBe(200);
      expect(answer).toEqual({
        uid: UID,
        allowed: true,
        operations: [],
        auditAnnotations: expect.any(Object),
      });
    }
  });
});

const noUid: Record<string, unknown> = { ...reviewOf().request };
delete noUid.uid;

describe('a request that cannot be decided is answered with an error and a reason', () => {
  const body = JSON.stringify(reviewOf());
  const v1beta1 = JSON.stringify({ ...reviewOf(), apiVersion: 'admission.k8s.io/v1beta1' });
  it.each<[string, string, Call, number, string, RegExp, string]>([
    ['an unknown path', '/', { body }, 404, 'path', /no admission on this path/, ''],
    [
      'a path that is an Object property',
      '/constructor',
      { body },
      404,
      'path',
      /no admission on this path/,
      '',
    ],
    ['a path that only begins like ours', '/mutated', { body }, 404, 'path', /no admission on this path/, ''],
    ['a path with ours further down', '/x/mutate', { body }, 404, 'path', /no admission on this path/, ''],
    ['an empty segment before ours', '//mutate', { body }, 404, 'path', /no admission on this path/, ''],
    ['GET', '/mutate', { method: 'GET' }, 405, 'method', /by POST/, ''],
    ['PUT', '/validate', { method: 'PUT', body }, 405, 'method', /by POST/, ''],
    [
      'plain text',
      '/mutate',
      { body, headers: { 'content-type': 'text/plain' } },
      415,
      'content-type',
      /application\/json/,
      '',
    ],
    [
      'a type that only begins like JSON',
      '/mutate',
      { body, headers: { 'content-type': 'application/jsonlines' } },
      415,
      'content-type',
      /application\/json/,
      '',
    ],
    ['an empty body', '/mutate', {}, 400, 'undecodable', /not JSON/, ''],
    ['half a body', '/mutate', { body: body.slice(0, 99) }, 400, 'undecodable', /not JSON/, ''],
    ['an empty object', '/mutate', { body: '{}' }, 400, 'undecodable', /not an AdmissionReview v1/, ''],
    ['v1beta1', '/mutate', { body: v1beta1 }, 400, 'undecodable', /apiVersion/, UID],
    [
      'a review without uid',
      '/mutate',
      { body: JSON.stringify({ ...reviewOf(), request: noUid }) },
      400,
      'undecodable',
      /request\.uid/,
      '',
    ],
    [
      'a review without operation',
      '/mutate',
      { body: JSON.stringify(reviewOf({ operation: 'PATCH' })) },
      400,
      'undecodable',
      /request\.operation/,
      UID,
    ],
  ])('%s', async (_name, path, call, status, reason, message, uid) => {
    const { client, rejected, logged } = await startServing();
    const http = await client.call(path, call);
    expect(http.status).toBe(status);
    expect(http.headers['content-type']).toBe('application/json');
    const answer = readAnswer(http.text);
    expect(answer).toMatchObject({ uid, allowed: false, status: { code: status } });
    expect(answer.status?.message).toMatch(message);
    await expect(rejected(reason)).resolves.toBe(1);
    expect(logged().filter((line) => line.event === 'decision')).toEqual([]);
  });

  it('takes a content type with a charset, in any case of letters', async () => {
    const { client } = await startServing();
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/json;charset=UTF-8',
    ]) {
      await expect(
        client.call('/mutate', { body, headers: { 'content-type': type } }),
      ).resolves.toMatchObject({
        status: 200,
      });
    }
  });
});

describe('trouble on our side', () => {
  it('an unread record of impaired zones is a 503 that asks to try again, and then a decision', async () => {
    let known = false;
    const { client, rejected } = await startServing({
      state: () =>
        known ? { set: ONE_ZONE_AWAY, settings: DEFAULT_ENFORCEMENT, exemptPools: new Set() } : undefined,
    });
    const { http, ...answer } = await client.review('/mutate', reviewOf());
    expect(http.status).toBe(503);
    expect(http.headers['retry-after']).toBe('1');
    // The body is not read for its uid: nobody asks for one beside an error status.
    expect(answer).toMatchObject({ uid: '', allowed: false, status: { code: 503 } });
    expect(answer.status?.message).toMatch(/has not read the record of impaired zones/);
    await expect(rejected('unsynced')).resolves.toBe(1);
    known = true;
    await expect(client.review('/mutate', reviewOf())).resolves.toMatchObject({
      allowed: true,
      patchType: 'JSONPatch',
    });
  });

  it.each<[string, () => never]>([
    [
      'an error',
      () => {
        throw new TypeError('cannot read zone');
      },
    ],
    [
      'a string',
      () => {
        throw 'cannot read zone';
      },
    ],
  ])(
    'a decider that throws %s is a 500 with the uid, counted and logged, and the server goes on',
    async (_name, decider) => {
      let broken = true;
      const { deciderFor } = await import('../../../webhook/deciders/deciders.ts');
      const { client, panics, inFlight, logged } = await startServing({
        deciderFor: (...of) => (broken ? decider : deciderFor(...of)),
      });
      const { http, ...answer } = await client.review('/mutate', reviewOf());
      expect(http.status).toBe(500);
      expect(answer).toMatchObject({ uid: UID, allowed: false, status: { code: 500 } });
      expect(answer.status?.message).toMatch(/cannot read zone.*defect/);
      await expect(panics()).resolves.toBe(1);
      expect(logged()).toMatchObject([{ level: 'error', uid: UID, kind: 'NodePool', name: 'web' }]);
      broken = false;
      await expect(client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });
      await expect(inFlight()).resolves.toBe(0);
    },
  );

  it('a state that cannot be asked is a 500 as well', async () => {
    const { client, panics } = await startServing({
      state() {
        throw new Error('no clock');
      },
    });
    const answer = await client.review('/mutate', reviewOf());
    expect(answer).toMatchObject({ uid: '', allowed: false, status: { code: 500 } });
    await expect(panics()).resolves.toBe(1);
  });

  it('a patch that cannot be written down is a 500 with the uid', async () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const { client, panics } = await startServing({
      deciderFor: () => () => ({
        verdict: { allowed: true, patch: [{ op: 'add', path: '/x', value: circle }] },
        facts: { action: 'pruned', rule: 'test' },
      }),
    });
    const answer = await client.review('/mutate', reviewOf());
    expect(answer).toMatchObject({ uid: UID, allowed: false, status: { code: 500 } });
    await expect(panics()).resolves.toBe(1);
  });
});
