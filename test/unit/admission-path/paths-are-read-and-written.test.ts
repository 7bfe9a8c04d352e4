import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedWith, BARE, NOWHERE, readPath, wayAsked } from '../../../webhook/admission-path/path-text.ts';
import type { AskedAt } from '../../../webhook/registration/registered-webhook.ts';

const TOKEN = '0123456789abcdef'.repeat(3);
const DOCUMENT = 'if-this-fails-see/docs/break-glass.md';
const service = (text: string): AskedAt => ({ field: 'service.path', text });
const url = (text: string): AskedAt => ({ field: 'url', text });

describe('the path of a request', () => {
  it.each<readonly [string, ReturnType<typeof readPath>]>([
    [`/mutate/${TOKEN}/${DOCUMENT}`, { step: 'mutate', way: TOKEN }],
    [`/validate/${TOKEN}`, { step: 'validate', way: TOKEN }],
    ['/mutate', { step: 'mutate', way: BARE }],
    [`/validate/${DOCUMENT}`, { step: 'validate', way: BARE }],
    [`/mutate/${TOKEN.toUpperCase()}/x`, { step: 'mutate', way: BARE }],
    [`/mutate/${TOKEN}0/x`, { step: 'mutate', way: BARE }],
    [`/mutate/x/${TOKEN}`, { step: 'mutate', way: BARE }],
    ...[
      '',
      '/',
      'mutate',
      '//mutate',
      `/${TOKEN}/mutate`,
      '/mutated',
      '/x/mutate',
      '/Mutate',
      '/constructor',
    ].map((path) => [path, undefined] as const),
  ])('%s', (path, read) => {
    expect(readPath(path)).toEqual(read);
  });
});

describe('what a configuration says', () => {
  it.each([
    [service(''), NOWHERE, `/mutate/${TOKEN}/${DOCUMENT}`],
    [service('/'), NOWHERE, `/mutate/${TOKEN}/${DOCUMENT}`],
    [service(`/mutate/${DOCUMENT}`), BARE, `/mutate/${TOKEN}/${DOCUMENT}`],
    [service('/validate'), NOWHERE, `/mutate/${TOKEN}/${DOCUMENT}`],
    [service(`/validate/${TOKEN}`), NOWHERE, `/mutate/${TOKEN}/${DOCUMENT}`],
    [service('/mutated'), NOWHERE, `/mutate/${TOKEN}/${DOCUMENT}`],
    [url('https://10.0.0.1:8443'), NOWHERE, `https://10.0.0.1:8443/mutate/${TOKEN}/${DOCUMENT}`],
    [url('https://host/'), NOWHERE, `https://host/mutate/${TOKEN}/${DOCUMENT}`],
    [url(`https://host:443/mutate/${DOCUMENT}`), BARE, `https://host:443/mutate/${TOKEN}/${DOCUMENT}`],
    [url('https://[::1]:8443/mutate'), BARE, `https://[::1]:8443/mutate/${TOKEN}/${DOCUMENT}`],
    [url('https://proxy/zonewarden/mutate'), BARE, `https://proxy/zonewarden/mutate/${TOKEN}/${DOCUMENT}`],
    [url('https://proxy/zonewarden/'), NOWHERE, `https://proxy/zonewarden/mutate/${TOKEN}/${DOCUMENT}`],
  ])('%o', (askedAt, way, written) => {
    expect(wayAsked(askedAt, 'mutate')).toBe(way);
    expect(askedWith(askedAt, 'mutate', TOKEN)).toBe(written);
  });

  const anywhere = fc.oneof(
    fc.webPath().map(service),
    fc.webUrl({ validSchemes: ['https'] }).map(url),
    fc.string().map(service),
    fc.string().map((text) => url(`https://${text}`)),
  );

  it('is asked by the token once it was written, wherever it was, and written again it stays as it is', () => {
    fc.assert(
      fc.property(anywhere, fc.constantFrom('mutate' as const, 'validate' as const), (askedAt, step) => {
        const text = askedWith(askedAt, step, TOKEN);
        expect(wayAsked({ ...askedAt, text }, step)).toBe(TOKEN);
        expect(askedWith({ ...askedAt, text }, step, TOKEN)).toBe(text);
      }),
    );
  });

  it('is a path that Kubernetes takes', () => {
    // k8s.io/apiserver pkg/util/webhook/validation.go: each segment a DNS-1123 subdomain.
    const segments = askedWith(service(''), 'validate', TOKEN).slice(1).split('/');
    for (const segment of segments) expect(segment).toMatch(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);
  });
});
