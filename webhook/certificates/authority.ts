import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { AuthorityError } from './certificate-errors.ts';
import { renewAt, SKEW_MS } from './lifetime.ts';
import { assembleCertificate, issuerOf, makeRsaKeyPair, subjectAltName } from './x509-assembly.ts';

/**
 * The certificate authority of the webhook: made by the product, kept in a Secret, trusted by the API server
 * through caBundle and by nobody else. No I/O here, and no clock: every time is given.
 */

const DAY_MS = 86_400_000;

/** How long a new CA is valid from the moment it is made, unless an option says otherwise. */
export const AUTHORITY_LIFETIME_MS = 365 * DAY_MS;
/**
 * How long a new leaf is valid, unless an option says otherwise or its CA ends before; as cert-manager's own webhook
 * has it. Short, because it is also how long a CA that was replaced stays trusted, and because what happens each week
 * works when it is needed.
 */
export const LEAF_LIFETIME_MS = 7 * DAY_MS;

/** A CA that can sign: its certificate and the private key that belongs to it. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly certificatePem: string;
  readonly privateKey: KeyObject;
  readonly privateKeyPem: string;
}

/** A serving certificate with its key, both PEM. */
export interface Leaf {
  readonly certPem: string;
  readonly keyPem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Makes a self-signed CA that may sign leaves and nothing below them. */
export async function makeAuthority(now: Date, lifetimeMs = AUTHORITY_LIFETIME_MS): Promise<Authority> {
  const keys = await makeRsaKeyPair();
  const subject = [
    { name: 'organizationName', value: 'Zonewarden' },
    { name: 'commonName', value: 'zonewarden-webhook-ca' },
  ];
  const certificate = await assembleCertificate(
    {
      subject,
      issuer: subject,
      notBefore: new Date(now.getTime() - SKEW_MS),
      notAfter: new Date(now.getTime() + lifetimeMs),
      publicKeyPem: keys.publicKeyPem,
      extensions: [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
        { name: 'subjectKeyIdentifier' },
      ],
    },
    keys.privateKey,
  );
  return authorityOf(certificate, keys.privateKey, keys.privateKeyPem);
}

/**
 * Reads a CA from PEM and judges it at the given time.
 * @throws AuthorityError `certificates.authority-unusable`, whose message names what is wrong with it.
 */
export function readAuthority(certificatePem: string, privateKeyPem: string, now: Date): Authority {
  const certificate = readPem('certificate', () => new X509Certificate(certificatePem));
  const privateKey = readPem('private key', () => createPrivateKey(privateKeyPem));
  const problem = authorityProblem(certificate, privateKey, now);
  if (problem !== undefined) throw new AuthorityError('certificates.authority-unusable', problem);
  return authorityOf(certificate, privateKey, privateKeyPem);
}

/**
 * Signs a leaf for a TLS server, with a new key. It never outlives the authority.
 * @param names DNS names and IP addresses that the server is called by; at least one.
 * @throws AuthorityError `certificates.leaf-unusable` when what was signed does not verify, which would make
 * every admission request fail: better not to serve it.
 */
export async function signLeaf(
  authority: Authority,
  names: readonly string[],
  now: Date,
  lifetimeMs = LEAF_LIFETIME_MS,
): Promise<Leaf> {
  const keys = await makeRsaKeyPair();
  const { issuer, keyIdentifier } = issuerOf(authority.certificatePem);
  const notBefore = new Date(now.getTime() - SKEW_MS);
  const notAfter = new Date(
    Math.min(now.getTime() + lifetimeMs, authority.certificate.validToDate.getTime()),
  );
  const certificate = await assembleCertificate(
    {
      // Not the service's name: a common name holds 64 characters, and who connects reads subjectAltName alone.
      subject: [{ name: 'commonName', value: 'zonewarden-webhook' }],
      issuer,
      notBefore,
      notAfter,
      publicKeyPem: keys.publicKeyPem,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectKeyIdentifier' },
        { name: 'authorityKeyIdentifier', keyIdentifier },
        subjectAltName(names),
      ],
    },
    authority.privateKey,
  );
  const certPem = certificate.toString();
  const problem = leafProblem(certPem, authority.certificatePem, now);
  if (problem !== undefined) throw new AuthorityError('certificates.leaf-unusable', problem);
  return {
    certPem,
    keyPem: keys.privateKeyPem,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
}

/** Why a leaf does not verify against a CA at the given time; undefined when it does. */
export function leafProblem(leafPem: string, authorityPem: string, now: Date): string | undefined {
  const leaf = new X509Certificate(leafPem);
  const authority = new X509Certificate(authorityPem);
  const wrongTime =
    timeProblem('the serving certificate', leaf, now) ?? timeProblem('its CA', authority, now);
  if (wrongTime !== undefined) return wrongTime;
  if (leaf.ca) return 'the serving certificate is a CA';
  if (!leaf.checkIssued(authority)) return 'the serving certificate was not issued by this CA';
  if (!leaf.verify(authority.publicKey)) return "the serving certificate's signature is not this CA's";
  return undefined;
}

function authorityOf(certificate: X509Certificate, privateKey: KeyObject, privateKeyPem: string): Authority {
  return { certificate, certificatePem: certificate.toString(), privateKey, privateKeyPem };
}

function readPem<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AuthorityError(
      'certificates.authority-unusable',
      `its ${what} cannot be read: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

function authorityProblem(
  certificate: X509Certificate,
  privateKey: KeyObject,
  now: Date,
): string | undefined {
  if (privateKey.asymmetricKeyType !== 'rsa')
    return `its key is ${privateKey.asymmetricKeyType}, and only RSA is used`;
  if (!certificate.checkPrivateKey(privateKey)) return 'its private key does not belong to its certificate';
  if (!certificate.ca) return 'its certificate is not a CA';
  // OpenSSL's check of the issuer looks at names, key identifiers and the key usage keyCertSign.
  if (!certificate.checkIssued(certificate) || !certificate.verify(certificate.publicKey)) {
    return 'its certificate is not signed by itself';
  }
  const wrongTime = timeProblem('its certificate', certificate, now);
  if (wrongTime !== undefined) return wrongTime;
  // Renewed while it is still trusted, and can sign while the new one is not trusted yet.
  if (now.getTime() >= renewAt(certificate)) {
    return `two thirds of its life are over (it ends on ${certificate.validToDate.toISOString()})`;
  }
  return undefined;
}

function timeProblem(what: string, certificate: X509Certificate, now: Date): string | undefined {
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate) return `${what} is not valid before ${validFromDate.toISOString()}`;
  if (now >= validToDate) return `${what} expired on ${validToDate.toISOString()}`;
  return undefined;
}
