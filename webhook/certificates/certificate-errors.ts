import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** A CA or a leaf that cannot be used: `certificates.authority-unusable`, `certificates.leaf-unusable`. */
export class AuthorityError extends ZonewardenError {}

/** A name that cannot stand in a certificate: `certificates.bad-name`. */
export class CertificateNameError extends ZonewardenError {}

/** The CA's Secret cannot be read or written as it must be: `certificates.secret-contended`, `certificates.secret-immutable`. */
export class CaSecretError extends ZonewardenError {}

/** Files that cannot be served as they are: `certificates.files-missing`, `certificates.files-unusable`. */
export class CertificateFilesError extends ZonewardenError {}

/** The file of client CAs cannot be used: `certificates.client-ca-unusable`. */
export class ClientCaError extends ZonewardenError {}
