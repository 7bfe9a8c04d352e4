import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { OpenConnections } from './open-connections.ts';

/**
 * The API server keeps idle connections for 90 s (client-go transport, IdleConnTimeout). A server that gives up
 * first may do so just as a request comes in, and a POST is not tried again.
 */
const KEEP_ALIVE_MS = 95_000;
/** controller-runtime's `ReadHeaderTimeout` (pkg/internal/httpserver): nobody honest takes longer for headers. */
const HEADERS_MS = 32_000;
/** Above the 34 s at which the API server cuts any request. */
const REQUEST_MS = 40_000;
/** Where the API server gives up (k8s.io/client-go transport/cache.go, TLSHandshakeTimeout); Node would wait for 120 s. */
const HANDSHAKE_MS = 10_000;
/**
 * An API server keeps one connection for each call that is under way: with 200 writes of all kinds at once
 * (`--max-mutating-requests-inflight`) and two calls for each, three API servers stay below. One costs some 60 KiB.
 */
const MOST_CONNECTIONS = 512;
/** For the first request on a connection that was just opened when the port closes. */
const UNUSED_MS = 1000;

export interface TlsMaterial {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface TlsServer {
  readonly port: number;
  /**
   * Serves another certificate from the next handshake on. Connections that are open stay as they are: nobody looks
   * at a certificate twice, and a request that is under way is answered.
   * @throws what OpenSSL says of a pair that cannot be served; the one before stays
   */
  setCertificate(material: TlsMaterial): void;
  /**
   * Stops in order: answers with `Connection: close` for `graceMs`, so that clients leave by themselves and their
   * next connection goes elsewhere, then stops listening, and waits for what is in flight up to `limitMs`.
   */
  drain(graceMs: number, limitMs: number): Promise<void>;
}

/**
 * HTTPS, HTTP/1.1 only: the API server speaks nothing else to a Service, and tests should meet the same. It may listen
 * before there is a certificate: handshakes fail until then, as connections would without it, and the port is known.
 */
export async function startTlsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
  readonly mostConnections?: number;
  /** Told when a connection was ended because too many were open. */
  onDropped?(): void;
  /**
   * PEM of the CAs whose client certificates are believed. Every caller is asked for one then, and is served without as
   * well: who has none hears why (`hasCertificate`), and a port that is only looked at is no failed handshake.
   */
  readonly clientCaPem?: string | undefined;
  handler(request: IncomingMessage, response: ServerResponse): Promise<void>;
}): Promise<TlsServer> {
  const { clientCaPem } = options;
  const context = (material: TlsMaterial) => ({
    ...secureContext(material),
    ...(clientCaPem === undefined ? {} : { ca: clientCaPem }),
  });
  const server = createServer(
    {
      ...(options.tls === undefined ? {} : context(options.tls)),
      requestCert: clientCaPem !== undefined,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      handshakeTimeout: HANDSHAKE_MS,
      noDelay: true,
    },
    (request, response) => void options.handler(request, response),
  );
  // Scanners and probes that do not speak TLS end here; Node closes the socket by itself.
  server.on('tlsClientError', () => {});
  const open = new OpenConnections(server, options.mostConnections ?? MOST_CONNECTIONS, () =>
    options.onDropped?.(),
  );
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    setCertificate: (material) => server.setSecureContext(context(material)),
    async drain(graceMs, limitMs) {
      open.tellToClose();
      await new Promise((resolve) => setTimeout(resolve, graceMs));
      await closeWithin(server, open, limitMs);
    },
  };
}

/** Whether a caller has shown a certificate of a CA that is believed. */
export function hasCertificate({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}

/** Everything that belongs to a TLS context: `setSecureContext` keeps nothing of the one before. */
function secureContext({ certPem, keyPem }: TlsMaterial) {
  return { cert: certPem, key: keyPem, minVersion: 'TLSv1.2' } as const;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** `close` ends idle connections and waits for the others; whoever is still there at the limit is cut. */
function closeWithin(server: Server, open: OpenConnections, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const unused = setTimeout(() => open.endUnused(), Math.min(UNUSED_MS, limitMs));
    const limit = setTimeout(() => open.cut(), limitMs);
    server.close(() => {
      clearTimeout(unused);
      clearTimeout(limit);
      resolve();
    });
  });
}
