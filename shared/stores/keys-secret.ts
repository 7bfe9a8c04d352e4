import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ZonewardenError } from '../errors/zonewarden-error.ts';
import { TOKEN_BYTES } from '../keys/admission-tokens.ts';
import { decodeKeys, encodeKeys, KEYS_SECRET_NAME, type Keys } from '../keys/keys-document.ts';
import {
  type FreshKeys,
  type KeysChange,
  type KeysView,
  type TendedKeys,
  tendKeys,
} from '../keys/tend-keys.ts';
import type { KubeClient } from '../kube/client.ts';
import { isAlreadyExists, isLost, orAbsent, unless } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { resources } from '../kube/resource.ts';

/**
 * The Secret of the product's keys: the only truth for all processes, as the Secret of the CA is. Nobody is elected to
 * write it: who finds that something is due makes it and tries to store it, and who loses that race reads what the winner
 * stored. A key that was not stored is never used.
 */

/** Every lost race means that another process stored what was due; losing this often, that something fights over it. */
const MAX_ATTEMPTS = 10;

const secretSchema = z.looseObject({
  data: z.record(z.string(), z.string()).nullish(),
  immutable: z.boolean().nullish(),
});

/** The Secret cannot be written as it must be: `keys.secret-contended`, `keys.secret-immutable`. */
export class KeysSecretError extends ZonewardenError {}

/** Where the Secret is, and how to reach it. */
export interface KeysSecretPlace {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** The manager of the fields that are written. */
  readonly fieldManager: string;
}

/** Reads `data` of a Secret through a schema. @throws z.ZodError for what is no Secret */
export const readKeysSecret = (secret: KubeObject) => decodeKeys(secretSchema.parse(secret).data);

/** What is new, from the system's randomness. */
const FROM_CHANCE: FreshKeys = {
  markKey: (madeMs) => ({ id: randomBytes(8).toString('hex'), secret: randomBytes(32), madeMs }),
  token: (madeMs) => ({ token: randomBytes(TOKEN_BYTES).toString('hex'), madeMs }),
};

/**
 * Reads the keys that all processes share, and writes what is due.
 * @throws KubeError for everything but lost races; KeysSecretError where the Secret refuses to be written
 */
export async function ensureKeys(place: KeysSecretPlace, view: KeysView): Promise<TendedKeys> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const at = { namespace: place.namespace, name: KEYS_SECRET_NAME };
    const stored = await orAbsent(place.client.get(resources.secrets, at));
    const tended = tendKeys(stored && readKeysSecret(stored), view, FROM_CHANCE);
    if (tended.changes.length === 0 || (await isStored(place, stored, tended))) return tended;
  }
  throw new KeysSecretError(
    'keys.secret-contended',
    `Secret ${nameOf(place)}: lost ${MAX_ATTEMPTS} races in a row for writing the product's keys; ` +
      'find out what else writes or deletes this Secret (kubectl get secret --show-managed-fields -o yaml)',
  );
}

/** Whether it could be stored; false when somebody else was faster, and the Secret is to be read again. */
function isStored(
  place: KeysSecretPlace,
  existing: KubeObject | undefined,
  tended: TendedKeys,
): Promise<boolean> {
  return existing === undefined ? isCreated(place, tended.keys) : isReplaced(place, existing, tended);
}

async function isCreated({ client, namespace, fieldManager }: KeysSecretPlace, keys: Keys): Promise<boolean> {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: KEYS_SECRET_NAME,
      namespace,
      labels: { 'app.kubernetes.io/name': 'zonewarden', 'app.kubernetes.io/managed-by': 'zonewarden' },
    },
    type: 'Opaque',
    data: encodeKeys(keys),
  };
  const write = client.create(resources.secrets, secret, { namespace, fieldManager });
  return (await unless(isAlreadyExists, write)) !== undefined;
}

async function isReplaced(
  place: KeysSecretPlace,
  existing: KubeObject,
  { keys, changes }: TendedKeys,
): Promise<boolean> {
  const { data, immutable } = secretSchema.parse(existing);
  if (immutable === true) {
    throw new KeysSecretError(
      'keys.secret-immutable',
      `Secret ${nameOf(place)} has to be written (${inWords(changes)}) and is immutable; ` +
        `delete it, and it is made again: kubectl -n ${place.namespace} delete secret ${KEYS_SECRET_NAME}`,
    );
  }
  const { client, fieldManager } = place;
  // The object goes back with the resourceVersion that it was read with: a change in between is a conflict. Other keys
  // in it are not ours, and stay.
  const object = { ...existing, data: { ...data, ...encodeKeys(keys) } };
  return (await unless(isLost, client.replace(resources.secrets, object, { fieldManager }))) !== undefined;
}

function inWords(changes: readonly KeysChange[]): string {
  return changes
    .map(({ part, what, problem }) => `${part} ${what}${problem === undefined ? '' : `: ${problem}`}`)
    .join(', ');
}

function nameOf({ namespace }: KeysSecretPlace): string {
  return `${namespace}/${KEYS_SECRET_NAME}`;
}
