import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { unreachable } from './errors.ts';
import type { AccessOptions, KubeAccess } from './kube-config.ts';

/** One HTTP request to the API server, before credentials are added. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, below the server's own path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Sending it twice does no harm. */
  readonly repeatable: boolean;
  /** Verb and path for messages. */
  readonly where: string;
}

/** The connections of one client. */
export interface Transport {
  /** Sends and resolves with the head of the answer. @throws KubeError `kube.unreachable`, `kube.config`, or the signal's reason. */
  send(call: HttpCall, signal: AbortSignal): Promise<IncomingMessage>;
  /** Closes connections that are not in use. */
  dropIdle(): void;
  /** Closes all connections. */
  close(): void;
}

// The API server closes idle connections after 90 s (k8s.io/apiserver, http2/http1 IdleTimeout): be first, so that
// a request is not sent into a connection that is being closed. Keep-alive probes begin after 30 s of silence,
// as in client-go; libuv then sends ten, a second apart, so that a peer that is gone is noticed within 40 s.
const agentOptions = { keepAlive: true, keepAliveMsecs: 30_000, timeout: 60_000 } as const;

/** Opens the pool: one keep-alive agent, unless the kubeconfig names a proxy, whose agent comes from client-node. */
export function createTransport(access: KubeAccess, userAgent: string): Transport {
  const secure = access.server.protocol === 'https:';
  const agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  const start = secure ? https.request : http.request;
  // client-node's own agent, where the way leads through a proxy; it makes one and keeps it.
  let proxyAgent: http.Agent | undefined;
  const prefix = access.server.pathname.replace(/\/$/, '');

  const dropIdle = () => {
    for (const sockets of Object.values((proxyAgent ?? agent).freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  };

  const sendOnce = (call: HttpCall, options: AccessOptions, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = start({
        ...options,
        agent: proxyAgent ?? agent,
        protocol: access.server.protocol,
        // WHATWG keeps the brackets of an IPv6 host, net.connect does not want them.
        host: access.server.hostname.replace(/^\[|\]$/g, ''),
        port: access.server.port === '' ? (secure ? 443 : 80) : access.server.port,
        method: call.method,
        path: prefix + call.path,
        headers: { ...options.headers, ...call.headers, 'User-Agent': userAgent },
        signal,
      });
      request.on('response', resolve);
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(new BrokenConnection(error, request.reusedSocket)),
      );
      request.end(call.body);
    });

  return {
    async send(call, signal) {
      const options = await access.options();
      if (access.proxied && options.agent instanceof http.Agent) proxyAgent = options.agent;
      try {
        signal.throwIfAborted();
        return await retriedOnStale(call, () => sendOnce(call, options, signal), dropIdle);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof BrokenConnection)
          throw unreachable(`${call.where}: no answer from ${access.server.origin}`, error.cause);
        throw error;
      }
    },
    dropIdle,
    close() {
      agent.destroy();
      proxyAgent?.destroy();
    },
  };
}

class BrokenConnection extends Error {
  readonly stale: boolean;
  constructor(cause: NodeJS.ErrnoException, reused: boolean) {
    super(cause.message, { cause });
    this.stale = reused && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
  }
}

/**
 * A kept connection may be closed by the server just as we send; then nothing was answered and the request is sent
 * once more over a new one (https://nodejs.org/api/http.html#requestreusedsocket), if sending it twice does no harm.
 */
async function retriedOnStale<T>(
  call: HttpCall,
  attempt: () => Promise<T>,
  dropIdle: () => void,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof BrokenConnection && error.stale && call.repeatable)) throw error;
    dropIdle();
    return attempt();
  }
}
