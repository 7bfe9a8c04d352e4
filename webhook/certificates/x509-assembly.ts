import { generateKeyPair, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { z } from 'zod';

/**
 * Puts X.509 certificates together: Node makes the keys and the signature, node-forge the ASN.1 around them.
 *
 * RSA, because node-forge can assemble nothing else: its `publicKeyFromPem` answers an EC key with "Cannot read
 * public key. Unknown OID." and its table of signature algorithms holds only RSA ones (node-forge 1.4.3,
 * lib/rsa.js and lib/oids.js). Node's own crypto can read certificates but not make them.
 * Key pairs and signatures come from Node's thread pool: forge's own signature alone held the event loop for
 * 86 ms on the machine this was written on, which is 86 ms of admission requests when a leaf is renewed.
 */

const makeKeyPair = promisify(generateKeyPair);
const signInThreadPool = promisify(sign);

const RSA_BITS = 2048;

const subjectKeyIdentifierSchema = z.object({ subjectKeyIdentifier: z.string() });

/** Everything a certificate says. Names are those of the leaf's subjectAltName; a CA has none. */
export interface CertificateContent {
  readonly subject: forge.pki.CertificateField[];
  readonly issuer: forge.pki.CertificateField[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** PEM of the key that the certificate is for. */
  readonly publicKeyPem: string;
  /** node-forge's descriptions of extensions. */
  readonly extensions: readonly object[];
}

/** A new RSA-2048 key pair, made in the thread pool. */
export async function makeRsaKeyPair(): Promise<{
  publicKeyPem: string;
  privateKey: KeyObject;
  privateKeyPem: string;
}> {
  const { publicKey, privateKey } = await makeKeyPair('rsa', { modulusLength: RSA_BITS });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Assembles a certificate and signs it with SHA-256 and the RSA key given. */
export async function assembleCertificate(
  content: CertificateContent,
  signer: KeyObject,
): Promise<X509Certificate> {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(content.publicKeyPem);
  certificate.serialNumber = randomSerialNumber();
  certificate.validity.notBefore = content.notBefore;
  certificate.validity.notAfter = content.notAfter;
  certificate.setSubject(content.subject);
  certificate.setIssuer(content.issuer);
  certificate.setExtensions([...content.extensions]);

  const algorithm = forge.pki.oids.sha256WithRSAEncryption;
  if (algorithm === undefined) throw new TypeError('node-forge does not know sha256WithRSAEncryption');
  certificate.signatureOid = algorithm;
  certificate.siginfo.algorithmOid = algorithm;

  // What is signed is the first member of the certificate's sequence; the signature is its last.
  certificate.signature = '';
  const toBeSigned = forge.pki.certificateToAsn1(certificate).value[0];
  if (toBeSigned === undefined || typeof toBeSigned === 'string') {
    throw new TypeError('node-forge assembled a certificate without a body');
  }
  const der = Buffer.from(forge.asn1.toDer(toBeSigned).getBytes(), 'latin1');
  certificate.signature = (await signInThreadPool('sha256', der, signer)).toString('latin1');
  return new X509Certificate(forge.pki.certificateToPem(certificate));
}

/** What a certificate that this one issues must carry: its subject as issuer, and its key identifier (bytes). */
export function issuerOf(certificatePem: string): {
  issuer: forge.pki.CertificateField[];
  keyIdentifier: string;
} {
  const certificate = forge.pki.certificateFromPem(certificatePem);
  // Read, not computed: other tools make the identifier in other ways (Go 1.25 from SHA-256, forge from SHA-1),
  // and a leaf that names another identifier than its issuer's has no chain for OpenSSL.
  const written = subjectKeyIdentifierSchema.safeParse(certificate.getExtension('subjectKeyIdentifier'));
  const keyIdentifier = written.success
    ? forge.util.hexToBytes(written.data.subjectKeyIdentifier)
    : certificate.generateSubjectKeyIdentifier().getBytes();
  return { issuer: certificate.subject.attributes.map(readable), keyIdentifier };
}

/** forge encodes UTF-8 values when it writes a name, and leaves them encoded when it reads one. */
function readable(field: forge.pki.CertificateField): forge.pki.CertificateField {
  const encoded =
    field.valueTagClass?.valueOf() === forge.asn1.Type.UTF8.valueOf() && typeof field.value === 'string';
  return encoded ? { ...field, value: forge.util.decodeUtf8(String(field.value)) } : field;
}

/** The subjectAltName extension for names of both kinds, DNS names and IP addresses (v4, v6), in order. */
export function subjectAltName(names: readonly string[]): object {
  const altNames = names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }));
  return { name: 'subjectAltName', altNames };
}

/**
 * 16 random bytes in hexadecimal. The first byte is kept between 0x40 and 0x7f: positive, not zero, and without
 * the leading zero byte that DER forbids, which Go's parser (the API server's) refuses.
 */
function randomSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}
