import { X509Certificate } from 'node:crypto';

/**
 * The caBundle of a webhook: PEM certificates in base64, any of which may have signed what the webhook serves. Pure.
 */

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** How many certificates besides ours are kept, so that a Secret that is lost again and again can't grow the bundle. */
const MAX_OTHERS = 3;

/**
 * The bundle that trusts `caPem`, in base64; undefined when `current` does it already and nothing is to be written.
 *
 * Other certificates that are still valid stay, the newest first: another replica may serve a leaf of the CA before
 * this one until it restarts, and every admission request that reaches it would fail without its CA.
 * @param current the caBundle as it is (base64), undefined or empty when there is none; what can't be read is dropped
 */
export function bundleTrusting(current: string | undefined, caPem: string, now: Date): string | undefined {
  const ours = new X509Certificate(caPem);
  const present = certificatesIn(Buffer.from(current ?? '', 'base64').toString());
  if (present.some((certificate) => certificate.fingerprint256 === ours.fingerprint256)) return undefined;
  const others = present
    .filter((certificate) => certificate.validToDate > now)
    .sort((a, b) => b.validFromDate.getTime() - a.validFromDate.getTime())
    .slice(0, MAX_OTHERS);
  return Buffer.from([ours, ...others].map(String).join('')).toString('base64');
}

function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(PEM_CERTIFICATE) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}
