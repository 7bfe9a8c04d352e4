import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAuthority } from '../../../webhook/certificates/authority.ts';
import {
  distrusting,
  type SeenTrust,
  seeTrust,
  trustedSince,
} from '../../../webhook/certificates/seen-trust.ts';
import { configurationTypes } from '../../../webhook/registration/registration-watch.ts';

const [mutating, validating] = configurationTypes.map((type) => type.kind);
const [a, b] = await Promise.all([makeAuthority(new Date()), makeAuthority(new Date())]);
const id = new X509Certificate(a.certificatePem).fingerprint256;
const bundle = (...pems: string[]) => Buffer.from(pems.join('')).toString('base64');
const A = bundle(a.certificatePem);
const B = bundle(b.certificatePem);
const BOTH = bundle(b.certificatePem, a.certificatePem);

const WEBHOOK = {
  ...{ name: 'w', failurePolicy: 'Fail' as const },
  askedAt: { field: 'service.path' as const, text: '' },
};

/** States in order: the time, the kind, and the bundle of each of its webhooks (none: it does not exist). */
function after(...states: [number, string | undefined, string[] | undefined][]): SeenTrust {
  return states.reduce((seen: SeenTrust, [atMs, kind, bundles]) => {
    const type = configurationTypes.find((one) => one.kind === kind) ?? configurationTypes[0];
    if (type === undefined) throw new Error('no kinds');
    const webhooks = bundles?.map((caBundle) => ({ ...WEBHOOK, caBundle }));
    return seeTrust(seen, { type, name: 'zonewarden', webhooks }, atMs);
  }, new Map());
}

const since = (seen: SeenTrust) => trustedSince(seen, [mutating ?? '', validating ?? ''], id);

test.each<[string, Parameters<typeof after>, number | undefined]>([
  ['nothing is known', [], undefined],
  ['one kind is not known', [[1, mutating, [A]]], undefined],
  [
    'both trust it: since the later one',
    [
      [1, mutating, [A]],
      [5, validating, [A]],
    ],
    5,
  ],
  [
    'one of two webhooks does not',
    [
      [1, mutating, [A, B]],
      [2, validating, [A]],
    ],
    undefined,
  ],
  [
    'each has it among others',
    [
      [1, mutating, [BOTH, A]],
      [2, validating, [BOTH]],
    ],
    2,
  ],
  [
    'another write left it there',
    [
      [1, mutating, [A]],
      [1, validating, [A]],
      [9, mutating, [BOTH]],
    ],
    1,
  ],
  [
    'it was out for a while',
    [
      [1, mutating, [A]],
      [1, validating, [A]],
      [5, mutating, [B]],
      [9, mutating, [A]],
    ],
    9,
  ],
  [
    'a bundle is empty',
    [
      [1, mutating, ['']],
      [2, validating, [A]],
    ],
    undefined,
  ],
  [
    'one configuration does not exist',
    [
      [1, mutating, undefined],
      [4, validating, [A]],
    ],
    4,
  ],
  [
    'none exists',
    [
      [1, mutating, undefined],
      [4, validating, undefined],
    ],
    0,
  ],
])('%s', (_, states, expected) => {
  expect(since(after(...states))).toBe(expected);
});

test('what exists and does not trust it is named', () => {
  const seen = after([1, mutating, [B]], [2, validating, undefined]);
  expect(distrusting(seen, id)).toEqual(['MutatingWebhookConfiguration zonewarden']);
  expect(distrusting(after([1, mutating, [A]]), id)).toEqual([]);
});
