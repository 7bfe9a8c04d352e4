import { z } from 'zod';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { FIELD_MANAGER } from '../registration/bring-fields.ts';
import { type Authority, makeAuthority, readAuthority } from './authority.ts';
import { CaSecretError } from './certificate-errors.ts';

/**
 * The Secret that holds the CA: the only truth for all replicas (as in cert-manager, pkg/server/tls/authority).
 * Nobody is elected to write it. Who finds none, or one that cannot be used, makes a CA and tries to store it, and
 * who loses that race reads what the winner stored. A CA that was not stored is never used.
 */

/** The Secret of a default installation. */
export const DEFAULT_SECRET_NAME = 'zonewarden-webhook-ca';

// Every lost race means that another replica stored a CA; losing this often means that something fights over it.
const MAX_ATTEMPTS = 10;

const secretSchema = z.looseObject({
  data: z.record(z.string(), z.string()).nullish(),
  immutable: z.boolean().nullish(),
});

/** Where the Secret is, and how to reach it. */
export interface CaSecretPlace {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  readonly secretName: string;
  /** How long a CA that is made here lives; a year when not set. */
  readonly caDurationMs?: number;
}

/** The CA, and how it came: `found` without a write, `made` where there was none, `replaced` with the reason. */
export interface StoredAuthority {
  readonly authority: Authority;
  readonly outcome: 'found' | 'made' | 'replaced';
  /** Why the Secret that was there could not be used; only with `replaced`. */
  readonly reason?: string;
}

/**
 * Reads the CA that all replicas share, or makes it.
 * @throws KubeError for everything but lost races; CaSecretError when the Secret refuses to be healed.
 */
export async function ensureAuthority(place: CaSecretPlace, now: Date): Promise<StoredAuthority> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const settled = await attemptOnce(place, now);
    if (settled !== undefined) return settled;
  }
  throw new CaSecretError(
    'certificates.secret-contended',
    `Secret ${nameOf(place)}: lost ${MAX_ATTEMPTS} races in a row for writing the webhook's CA; ` +
      'find out what else writes or deletes this Secret (kubectl get secret --show-managed-fields -o yaml)',
  );
}

/** One round; undefined when somebody else was faster, and the Secret is to be read again. */
async function attemptOnce(place: CaSecretPlace, now: Date): Promise<StoredAuthority | undefined> {
  const existing = await readSecret(place);
  if (existing === undefined) return createdOrLost(place, now);
  const read = judge(existing, now);
  if ('authority' in read) return { authority: read.authority, outcome: 'found' };
  return replacedOrLost(place, existing, read.reason, now);
}

async function readSecret(place: CaSecretPlace): Promise<KubeObject | undefined> {
  try {
    return await place.client.get(resources.secrets, { namespace: place.namespace, name: place.secretName });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function judge(secret: KubeObject, now: Date): { authority: Authority } | { reason: string } {
  const { data } = secretSchema.parse(secret);
  try {
    return { authority: readAuthority(decode(data?.['tls.crt']), decode(data?.['tls.key']), now) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

async function createdOrLost(place: CaSecretPlace, now: Date): Promise<StoredAuthority | undefined> {
  const authority = await makeAuthority(now, place.caDurationMs);
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: place.secretName,
      namespace: place.namespace,
      labels: {
        'app.kubernetes.io/name': 'zonewarden',
        'app.kubernetes.io/component': 'webhook',
        'app.kubernetes.io/managed-by': 'zonewarden',
      },
    },
    type: 'kubernetes.io/tls',
    data: dataOf(authority),
  };
  try {
    await place.client.create(resources.secrets, secret, {
      namespace: place.namespace,
      fieldManager: FIELD_MANAGER,
    });
    return { authority, outcome: 'made' };
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
}

async function replacedOrLost(
  place: CaSecretPlace,
  existing: KubeObject,
  reason: string,
  now: Date,
): Promise<StoredAuthority | undefined> {
  const { data, immutable } = secretSchema.parse(existing);
  if (immutable === true) {
    throw new CaSecretError(
      'certificates.secret-immutable',
      `Secret ${nameOf(place)} cannot be used as the webhook's CA (${reason}) and is immutable; ` +
        `delete it, and a new one is made: kubectl -n ${place.namespace} delete secret ${place.secretName}`,
    );
  }
  const authority = await makeAuthority(now, place.caDurationMs);
  try {
    // The object goes back with the resourceVersion that it was read with: a change in between is a conflict. Its
    // type and its other keys stay, because the API server refuses another type, and a type without its keys.
    await place.client.replace(
      resources.secrets,
      { ...existing, data: { ...data, ...dataOf(authority) } },
      { fieldManager: FIELD_MANAGER },
    );
    return { authority, outcome: 'replaced', reason };
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return undefined;
    throw error;
  }
}

function dataOf(authority: Authority): Record<string, string> {
  return {
    'tls.crt': Buffer.from(authority.certificatePem).toString('base64'),
    'tls.key': Buffer.from(authority.privateKeyPem).toString('base64'),
  };
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString();
}

function nameOf(place: CaSecretPlace): string {
  return `${place.namespace}/${place.secretName}`;
}
