import { messageOf, ZonewardenError } from '../errors/zonewarden-error.ts';

const advice = {
  'kube.not-found': 'check the name, and that the CRD of this kind is installed',
  'kube.conflict': 'somebody else wrote it in between: read it again and repeat the change',
  'kube.already-exists': 'read the object that exists, or choose another name',
  'kube.gone': 'the resource version is too old: list again',
  'kube.forbidden': 'grant this verb on this resource in the ClusterRole or Role',
  'kube.denied': 'an admission webhook refused it: what it said tells why',
  'kube.unauthorized': 'check the credentials of the kubeconfig or the service account token',
  'kube.invalid': 'the server refuses the request as it is: correct it, repeating will not help',
  'kube.throttled': 'repeat later, not before the time that the server asks for',
  'kube.server': 'the API server failed: repeat with a back-off, look at its health if it lasts',
  'kube.unreachable': 'check the server address of the kubeconfig, the network and the API server',
  'kube.timeout': 'repeat with a back-off; look at the network and the API server if it lasts',
  'kube.aborted': 'it was ended from our side, nothing is wrong with the server',
  'kube.undecodable': 'check what answers at this address: it does not speak the Kubernetes API',
  'kube.config': 'correct the kubeconfig, or run inside a cluster with a service account',
} as const;

/** The stable codes of everything that can go wrong between us and the API server. */
export type KubeErrorCode = keyof typeof advice;

export interface KubeErrorDetails {
  /** HTTP status, or the `code` of the Status object in an ERROR event. */
  status?: number | undefined;
  /** `reason` of the server's Status object, such as `AlreadyExists`. */
  reason?: string | undefined;
  /** Seconds that the server asked us to wait (`Retry-After`). */
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/** A call to the API server, or a watch, that did not do what was asked. */
export class KubeError extends ZonewardenError {
  declare readonly code: KubeErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  /** `what` names verb, object and event (`get /api/v1/nodes/a: the server said ...`); the advice is added. */
  constructor(code: KubeErrorCode, what: string, details: KubeErrorDetails = {}) {
    super(code, `${what}; ${advice[code]}`, details.cause === undefined ? {} : { cause: details.cause });
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Nothing came, or no more. @param what with verb and path, as in every message */
export function unreachable(what: string, cause: unknown): KubeError {
  return new KubeError('kube.unreachable', `${what}: ${messageOf(cause)}`, { cause });
}

const codesByStatus: Readonly<Record<number, KubeErrorCode>> = {
  401: 'kube.unauthorized',
  403: 'kube.forbidden',
  404: 'kube.not-found',
  408: 'kube.server',
  409: 'kube.conflict',
  410: 'kube.gone',
  429: 'kube.throttled',
};

/** The code for an HTTP status (or a Status object's code) and its reason. 4xx without a code of its own is `kube.invalid`. */
export function codeOfStatus(status: number, reason?: string): KubeErrorCode {
  // RBAC gives the reason Forbidden; an admission webhook that denies with 403 gives none.
  if (status === 403 && reason !== 'Forbidden') return 'kube.denied';
  if (status === 409 && reason === 'AlreadyExists') return 'kube.already-exists';
  return codesByStatus[status] ?? (status >= 400 && status < 500 ? 'kube.invalid' : 'kube.server');
}

const hasCode = (thrown: unknown, code: KubeErrorCode): boolean =>
  thrown instanceof KubeError && thrown.code === code;

/** The object does not exist. */
export const isNotFound = (thrown: unknown): boolean => hasCode(thrown, 'kube.not-found');
/** A guarded write lost against another writer. */
export const isConflict = (thrown: unknown): boolean => hasCode(thrown, 'kube.conflict');
/** Create found an object of that name. */
export const isAlreadyExists = (thrown: unknown): boolean => hasCode(thrown, 'kube.already-exists');
/**
 * The object, or what somebody else has in it, is longer than the API server or etcd takes: 413, 422 that says so (data of
 * a ConfigMap and annotations have bounds of their own), and etcd's refusal, which the API server passes on as a failure.
 */
export const isTooLong = (thrown: unknown): boolean =>
  thrown instanceof KubeError &&
  (thrown.status === 413 ||
    (['kube.invalid', 'kube.server'].includes(thrown.code) &&
      /too (?:long|large)|may not be more than|must have at most/i.test(thrown.message)));

/** The resource version or the continue token has expired (410). */
export const isGone = (thrown: unknown): boolean => hasCode(thrown, 'kube.gone');

/** A guarded write came to nothing: another writer was faster, or the object is gone. */
export const isLost = (thrown: unknown): boolean => isConflict(thrown) || isNotFound(thrown);

/** What a call answers; `undefined` where it fails as it may. @throws what else went wrong */
export async function unless<T>(may: (thrown: unknown) => boolean, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (may(error)) return undefined;
    throw error;
  }
}

/** What was asked for; `undefined` where it, or its kind, does not exist. @throws what else went wrong */
export const orAbsent = <T>(asked: Promise<T>): Promise<T | undefined> => unless(isNotFound, asked);

/** Timers take some 24 days at most and fire at once beyond; nobody is left alone for longer than this. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** For how long a server asked to be left alone, in milliseconds (`Retry-After`), an hour at most; 0 where it did not. */
export function retryAfterMs(error: unknown): number {
  const seconds = error instanceof KubeError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS);
}
