import { isIP } from 'node:net';
import { CertificateNameError } from './certificate-errors.ts';

/** A DNS name as RFC 1123 has it, perhaps with a wildcard as its first label. */
const DNS_NAME = /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The names that the webhook is called by: the API server says `<service>.<namespace>.svc`, everything else in the
 * cluster may say the shorter and longer forms, and extra names (DNS or IP) serve calls by URL.
 * @throws CertificateNameError `certificates.bad-name` for an extra name that is neither.
 */
export function servingNames(service: string, namespace: string, extraNames: readonly string[]): string[] {
  const own = [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
  return [...new Set([...own, ...extraNames.map(checkedName)])];
}

function checkedName(given: string): string {
  const name = given.trim().toLowerCase();
  if (isIP(name) !== 0 || (name.length <= 253 && DNS_NAME.test(name))) return name;
  throw new CertificateNameError(
    'certificates.bad-name',
    `'${given}' is neither a DNS name nor an IP address; correct the extra names of the serving certificate`,
  );
}
