import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { ClientCaError } from './certificate-errors.ts';

/**
 * Reads the CAs whose client certificates are believed. Once, at the start: with none, or with something that is none,
 * nobody would be answered, or anybody.
 * @throws ClientCaError `certificates.client-ca-unusable`
 */
export function readClientCas(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    // The first of them; what OpenSSL makes of a bundle it does itself.
    void new X509Certificate(pem);
    return pem;
  } catch (cause) {
    throw new ClientCaError(
      'certificates.client-ca-unusable',
      `${file}: no CA can be read from it (${messageOf(cause)}); correct --client-ca-file, or leave it out`,
      { cause },
    );
  }
}
