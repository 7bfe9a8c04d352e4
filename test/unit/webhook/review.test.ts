import { describe, expect, it } from 'vitest';
import { decodeReview, encodeReview } from '../../../webhook/admission/review.ts';
import { reviewOf } from '../../http/webhook/reviews.ts';
import { readAnswer } from '../../standins/admission-client.ts';

const UID = reviewOf().request.uid;

/** The review of a creation, with members of its request changed or (where `undefined`) left out. */
const decode = (parts: Record<string, unknown>) => {
  const review = reviewOf();
  return decodeReview(JSON.stringify({ ...review, request: { ...review.request, ...parts } }));
};

describe('decodeReview', () => {
  it.each<[string, Record<string, unknown>]>([
    ['as the API server sends it', {}],
    ['without oldObject', { oldObject: undefined }],
    ['without object', { object: undefined, operation: 'DELETE' }],
    ['without options', { options: undefined }],
    ['with options of null', { options: null }],
    ['without a name', { name: undefined }],
    ['without userInfo', { userInfo: undefined }],
    ['without dryRun', { dryRun: undefined }],
    ['with fields of a newer version', { requestKind: {}, surprise: [1] }],
  ])('reads a review %s', (_name, parts) => {
    expect(decode(parts)).toMatchObject({ ok: true, request: { uid: UID } });
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['an empty uid', { uid: '' }, '', /request\.uid/],
    ['a uid of another type', { uid: 7 }, '', /request\.uid/],
    ['no kind', { kind: undefined }, UID, /request\.kind/],
    ['a kind that is only a word', { kind: 'NodePool' }, UID, /request\.kind/],
    ['an unknown operation', { operation: 'PATCH' }, UID, /request\.operation/],
    ['dryRun in words', { dryRun: 'true' }, UID, /request\.dryRun/],
    ['options of another type', { options: [] }, UID, /request\.options/],
  ])('refuses %s with the uid that it found', (_name, parts, uid, problem) => {
    expect(decode(parts)).toEqual({ ok: false, uid, problem: expect.stringMatching(problem) });
  });

  it.each(['', 'null', '[]', '"AdmissionReview"', '7', '{"request":null}', '\u0000', '{"a":1}{"a":2}'])(
    'refuses %j',
    (text) => {
      expect(decodeReview(text)).toMatchObject({ ok: false, uid: '', problem: expect.stringMatching(/not/) });
    },
  );
});

describe('encodeReview', () => {
  const answer = (...args: Parameters<typeof encodeReview>) => {
    const { operations, ...response } = readAnswer(encodeReview(...args));
    return { response, operations };
  };
  const patch = [{ op: 'add', path: '/metadata/annotations', value: { 'ünï/cödé': '☂' } }] as const;

  it('leaves out what there is not', () => {
    expect(answer('u', { allowed: true, warnings: [], patch: [] }).response).toEqual({
      uid: 'u',
      allowed: true,
    });
  });

  it('sends a patch in base64, whatever letters are in it', () => {
    const { response, operations } = answer('u', { allowed: true, patch });
    expect(response.patchType).toBe('JSONPatch');
    expect(operations).toEqual(patch);
  });

  it('never sends a patch with a refusal', () => {
    expect(answer('u', { allowed: false, message: 'no', patch }).response).toEqual({
      uid: 'u',
      allowed: false,
      status: { code: 403, message: 'no' },
    });
  });

  it('sends a message with an allowance too', () => {
    expect(answer('u', { allowed: true, message: 'mind' }).response.status).toEqual({
      code: 200,
      message: 'mind',
    });
  });
});
