import type { KeptField } from '../registration/bring-fields.ts';
import type { StoredAuthority } from './ca-secret.ts';
import type { LeafReason } from './leaf-plan.ts';

/** A serving certificate (with its chain, leaf first) and its private key, both PEM. */
export interface ServingPair {
  readonly certPem: string;
  readonly keyPem: string;
  readonly notAfter: Date;
}

/** What provides the serving certificate, and follows it while the process runs. */
export interface CertificateSource {
  start(): void;
  /** Final. What is served goes on being served. */
  stop(): Promise<void>;
  /** Whom the API server should trust; absent where somebody else writes caBundle. */
  readonly trust?: KeptField;
  /** Why the API server cannot call us with what is served now, in words; `undefined` when it can. */
  problem(): string | undefined;
}

/** Hears what happens to certificates, for the server, the log and metrics. Whatever failed is tried again. */
export interface CertificateEvents {
  /** Serves this pair from now on. @throws what makes the pair one that cannot be served */
  serve(pair: ServingPair, reason: LeafReason | 'loaded'): void;
  /** A CA that this replica did not know before. */
  authority(stored: StoredAuthority): void;
  /** What the webhook configurations should trust may have changed. */
  trust(): void;
  /** The CA could not be read, made or followed; a serving certificate could not be made or read. */
  failure(what: 'ca' | 'leaf', error: unknown): void;
}
