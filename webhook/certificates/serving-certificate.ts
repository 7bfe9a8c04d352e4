import { signLeaf } from './authority.ts';
import { type CaSecretPlace, ensureAuthority, type StoredAuthority } from './ca-secret.ts';
import { servingNames } from './serving-names.ts';

/** What is needed to serve the webhook: its own certificate and key, and the CA to be trusted by the API server. */
export interface ServingCertificate {
  readonly certPem: string;
  readonly keyPem: string;
  readonly caPem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** When to call again for a new one: two thirds of the way from `notBefore` to `notAfter`. */
  readonly renewAt: Date;
  /** How the CA came, for the log: found, made, or replaced and why. */
  readonly authority: Pick<StoredAuthority, 'outcome' | 'reason'>;
}

/** What `ensureServingCertificate` works from. */
export interface ServingCertificateRequest extends CaSecretPlace {
  /** The Service in front of the webhook, in `namespace`. */
  readonly serviceName: string;
  /** More DNS names and IP addresses, such as 127.0.0.1 for a webhook that is called by URL. */
  readonly extraNames: readonly string[];
  /** The time at which the CA is judged and the leaf is made. */
  readonly now: Date;
}

/**
 * Reads or makes the shared CA and signs a leaf for this replica. The leaf and its key stay in memory: nothing but
 * this process needs them, a restart makes new ones in a tenth of a second, and no Secret has to be mounted.
 * @throws KubeError, CaSecretError, AuthorityError, CertificateNameError.
 */
export async function ensureServingCertificate(
  request: ServingCertificateRequest,
): Promise<ServingCertificate> {
  const names = servingNames(request.serviceName, request.namespace, request.extraNames);
  const { authority, ...how } = await ensureAuthority(request, request.now);
  const leaf = await signLeaf(authority, names, request.now);
  const from = leaf.notBefore.getTime();
  const life = leaf.notAfter.getTime() - from;
  return {
    ...leaf,
    caPem: authority.certificatePem,
    renewAt: new Date(from + (life * 2) / 3),
    authority: how,
  };
}
