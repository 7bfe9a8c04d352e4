import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { CertificateFilesError } from './certificate-errors.ts';
import type { ServingPair } from './certificate-source.ts';

/**
 * Judges a certificate and its key as they were read from files. Pure.
 * @param dir where they are from, for messages
 * @throws CertificateFilesError `certificates.files-unusable`, whose message names what is wrong
 */
export function readFilePair(certPem: string, keyPem: string, dir: string, now: Date): ServingPair {
  const certificate = parsed(dir, 'tls.crt', () => new X509Certificate(certPem));
  const key = parsed(dir, 'tls.key', () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw unusable(dir, 'the key in tls.key does not belong to the first certificate in tls.crt');
  }
  if (certificate.validToDate <= now) {
    throw unusable(dir, `tls.crt expired on ${certificate.validToDate.toISOString()}`);
  }
  // What OpenSSL refuses (a key that is too short, a chain that is broken) would be refused at each handshake.
  parsed(dir, 'pair', () => createSecureContext({ cert: certPem, key: keyPem }));
  return { certPem, keyPem, notAfter: certificate.validToDate };
}

function parsed<T>(dir: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unusable(dir, `${what} cannot be read: ${messageOf(cause)}`, cause);
  }
}

function unusable(dir: string, why: string, cause?: unknown): CertificateFilesError {
  return new CertificateFilesError(
    'certificates.files-unusable',
    `${dir}: ${why}; what was served before goes on being served, correct the files (with cert-manager: look at the Certificate and its Secret)`,
    { cause },
  );
}
