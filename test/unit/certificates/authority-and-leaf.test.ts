import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  AUTHORITY_LIFETIME_MS,
  LEAF_LIFETIME_MS,
  leafProblem,
  makeAuthority,
  readAuthority,
  signLeaf,
} from '../../../webhook/certificates/authority.ts';
import { SKEW_MS } from '../../../webhook/certificates/lifetime.ts';

const now = new Date('2026-11-21T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const names = ['zonewarden-webhook', 'zonewarden-webhook.zonewarden.svc', '127.0.0.1', '::1'];
const authority = await makeAuthority(now);
const { certificate } = authority;
const leaf = await signLeaf(authority, names, now);
const leafCertificate = new X509Certificate(leaf.certPem);

test('the CA is self-signed, says that it is one, and is valid from an hour ago', () => {
  expect(certificate.ca).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.subject).toBe('O=Zonewarden\nCN=zonewarden-webhook-ca');
  expect(certificate.validFromDate).toEqual(later(-SKEW_MS));
  expect(certificate.validToDate).toEqual(later(AUTHORITY_LIFETIME_MS));
});

test('the leaf is issued by the CA, for TLS servers alone, under every name and no other', () => {
  expect(leafCertificate.ca).toBe(false);
  expect(leafCertificate.checkIssued(certificate)).toBe(true);
  expect(leafCertificate.verify(certificate.publicKey)).toBe(true);
  expect(leafCertificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(leafCertificate.checkHost('zonewarden-webhook.zonewarden.svc')).toBeDefined();
  expect(leafCertificate.checkHost('zonewarden-webhook.other.svc')).toBeUndefined();
  expect(leafCertificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leafCertificate.checkIP('::1')).toBe('::1');
  expect(leafCertificate.checkIP('127.0.0.2')).toBeUndefined();
  expect(leaf.notAfter).toEqual(later(LEAF_LIFETIME_MS));
  expect(leafProblem(leaf.certPem, authority.certificatePem, now)).toBeUndefined();
});

test('serial numbers are random, positive and without the leading zero that DER forbids', async () => {
  const leaves = await Promise.all(Array.from({ length: 5 }, () => signLeaf(authority, names, now)));
  const serials = leaves.map((one) => new X509Certificate(one.certPem).serialNumber);
  expect(new Set(serials).size).toBe(serials.length);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
});

test('a leaf never outlives its CA', async () => {
  const short = await makeAuthority(now, 3_600_000);
  const bounded = await signLeaf(short, names, now);
  expect(bounded.notAfter).toEqual(short.certificate.validToDate);
});

test('a CA that was stored is read again, and signs leaves that verify', async () => {
  const read = readAuthority(authority.certificatePem, authority.privateKeyPem, now);
  const signed = await signLeaf(read, names, now);
  expect(leafProblem(signed.certPem, authority.certificatePem, now)).toBeUndefined();
});

test('a leaf is judged at the time that is given, against the CA that is given', async () => {
  const other = await makeAuthority(now);
  expect(leafProblem(leaf.certPem, other.certificatePem, now)).toMatch(/not issued by this CA/);
  expect(leafProblem(leaf.certPem, authority.certificatePem, later(LEAF_LIFETIME_MS))).toMatch(
    /serving certificate expired on 2026-11-28T12:00:00.000Z/,
  );
  expect(leafProblem(leaf.certPem, authority.certificatePem, later(-SKEW_MS - 1000))).toMatch(
    /not valid before/,
  );
  expect(leafProblem(authority.certificatePem, authority.certificatePem, now)).toMatch(/is a CA/);
});

test('every CA that cannot be used is refused by what is wrong with it', async () => {
  const other = await makeAuthority(now);
  const read =
    (cert: string, key: string, at = now) =>
    () =>
      readAuthority(cert, key, at);
  const { certificatePem, privateKeyPem } = authority;
  expect(read('garbage', privateKeyPem)).toThrow(/its certificate cannot be read/);
  expect(read(certificatePem, 'garbage')).toThrow(/its private key cannot be read/);
  expect(read(certificatePem, other.privateKeyPem)).toThrow(/does not belong to its certificate/);
  expect(read(leaf.certPem, leaf.keyPem)).toThrow(/is not a CA/);
  expect(read(certificatePem, privateKeyPem, later(-SKEW_MS - 1000))).toThrow(/not valid before/);
  expect(read(certificatePem, privateKeyPem, later(AUTHORITY_LIFETIME_MS))).toThrow(/expired on/);
  expect(read(certificatePem, privateKeyPem, later((AUTHORITY_LIFETIME_MS * 3) / 4))).toThrow(
    expect.objectContaining({
      code: 'certificates.authority-unusable',
      message: expect.stringContaining('two thirds of its life are over'),
    }),
  );
});
