import type { RequestOptions } from 'node:https';
// The only import of client-node in the product: it costs about 85 MiB and half a second (facts/pepr-and-style.md 4.2),
// and nothing else of the package is used.
import { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../errors/zonewarden-error.ts';
import { KubeError } from './errors.ts';

/** What a request needs besides its own path and body. To be treated as read-only: calls share it. */
export interface AccessOptions
  extends Pick<
    RequestOptions,
    'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername' | 'auth' | 'agent'
  > {
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the API server is and how to be let in. */
export interface KubeAccess {
  /** Base URL, perhaps with a path prefix, without a trailing slash in its path. */
  readonly server: URL;
  /** True when the kubeconfig names a proxy: then `agent` of the options must be used. */
  readonly proxied: boolean;
  /**
   * Fresh options for a request: service account tokens are read again after 60 s, exec plugins run again when
   * what they gave expires, CA and client certificate files are read each time.
   * @throws KubeError `kube.config` when a file or a plugin fails.
   */
  options(): Promise<AccessOptions>;
}

/**
 * Loads a kubeconfig: the file at `path`; without one, `KUBECONFIG`, then `~/.kube/config`, then the pod's own
 * service account.
 *
 * @param context another context of it than its current one
 * @throws KubeError `kube.config` naming the place and what is wrong with it.
 */
export function loadKubeConfig(path?: string, context?: string): KubeAccess {
  const place = path ?? 'the default kubeconfig';
  const config = new KubeConfig();
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch (error) {
    throw new KubeError('kube.config', `cannot load ${place}: ${messageOf(error)}`, { cause: error });
  }
  if (context !== undefined) {
    if (!config.getContexts().some(({ name }) => name === context)) {
      const known = config.getContexts().map(({ name }) => name);
      throw new KubeError('kube.config', `${place} has no context '${context}' (it has ${known.join(', ')})`);
    }
    config.setCurrentContext(context);
  }
  return accessOf(config, place);
}

function accessOf(config: KubeConfig, place: string): KubeAccess {
  const context = config.getContextObject(config.getCurrentContext());
  const cluster = config.getCurrentCluster();
  if (!context || !cluster) {
    throw new KubeError('kube.config', `${place} has no current context that names a known cluster`);
  }
  // What client-node falls back to when it found nothing at all.
  if (`${cluster.name} ${cluster.server}` === 'cluster http://localhost:8080') {
    throw new KubeError('kube.config', 'found no KUBECONFIG, no ~/.kube/config and no service account');
  }
  const server = parseServer(cluster.server, place);
  if (server.protocol === 'http:' && cluster.skipTLSVerify !== true) {
    throw new KubeError(
      'kube.config',
      `${place} names the plain-text server ${server.href} without insecure-skip-tls-verify: true`,
    );
  }
  return {
    server,
    proxied: Boolean(cluster.proxyUrl),
    options: sharedWhilePending(() => optionsOf(config, place)),
  };
}

function parseServer(server: string, place: string): URL {
  try {
    return new URL(server);
  } catch (error) {
    throw new KubeError('kube.config', `${place} names the server '${server}', which is no URL`, {
      cause: error,
    });
  }
}

async function optionsOf(config: KubeConfig, place: string): Promise<AccessOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new KubeError('kube.config', `cannot use the credentials of ${place}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return { ...options, headers: trimmed(options.headers) };
}

/** client-node does not trim the token file; a line end in a header value is refused by Node. */
function trimmed(headers: RequestOptions['headers']): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) result[name] = String(value).trim();
  }
  return result;
}

/** Calls that start together wait for one reading: an exec plugin must not be started once per call. */
function sharedWhilePending<T>(read: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= read().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}
