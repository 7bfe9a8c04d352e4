import { setTimeout as wait } from 'node:timers/promises';
import { type Backoff, createBackoff } from '../../shared/kube/backoff.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import type { ResourceType } from '../../shared/kube/resource.ts';
import { type BundleOutcome, configurationTypes, trustAuthority } from './webhook-configuration.ts';

/** The configurations' name in a default installation. */
export const DEFAULT_CONFIGURATION_NAME = 'zonewarden';

/** One look at one configuration, for the log and for metrics. */
export interface BundleReport {
  readonly kind: string;
  readonly name: string;
  readonly outcome: BundleOutcome | 'failed';
  /** With `failed`: what the API server said. A lost race is `kube.conflict`. */
  readonly error?: KubeError;
  /** With `absent` and `failed`: when it is tried again. */
  readonly retryInMs?: number;
}

/** What `injectCaBundle` works from. */
export interface CaBundleRequest {
  readonly client: Pick<KubeClient, 'get' | 'patch'>;
  /** Name of both configurations. */
  readonly name: string;
  readonly caPem: string;
  /** The clock by which expired certificates are dropped from the bundle. */
  readonly clock: () => Date;
  /** Ends it at shutdown. */
  readonly signal: AbortSignal;
  /** Hears every look. */
  readonly report: (report: BundleReport) => void;
  /** The waits between tries, one for each configuration; from 0.2 s to 30 s when not set. */
  readonly makeBackoff?: () => Backoff;
}

/**
 * Makes the API server trust the CA: resolves when every webhook of both configurations has it in its caBundle.
 * A configuration that is not there yet, a lost race, an API server that fails or refuses: all of them are reported
 * and tried again, because none of them gets better by ending the process.
 * @throws the signal's reason when it is aborted before.
 */
export async function injectCaBundle(request: CaBundleRequest): Promise<void> {
  await Promise.all(configurationTypes.map((type) => injectInto(type, request)));
}

async function injectInto(type: ResourceType, request: CaBundleRequest): Promise<void> {
  const backoff = request.makeBackoff?.() ?? createBackoff({ baseMs: 200, capMs: 30_000 });
  for (;;) {
    request.signal.throwIfAborted();
    const result = await lookOnce(type, request);
    const seen = { kind: type.kind, name: request.name, ...result };
    if (result.outcome === 'patched' || result.outcome === 'unchanged') {
      request.report(seen);
      return;
    }
    const retryInMs = backoff.next((result.error?.retryAfterSeconds ?? 0) * 1000);
    request.report({ ...seen, retryInMs });
    await wait(retryInMs, undefined, { signal: request.signal }).catch(() => undefined);
  }
}

async function lookOnce(
  type: ResourceType,
  request: CaBundleRequest,
): Promise<Pick<BundleReport, 'outcome' | 'error'>> {
  try {
    const outcome = await trustAuthority(request.client, type, request.name, request.caPem, request.clock());
    return { outcome };
  } catch (error) {
    if (error instanceof KubeError) return { outcome: 'failed', error };
    throw error;
  }
}
