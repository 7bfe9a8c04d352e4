import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * What is open on a server, as far as Node does not tell: its `closeIdleConnections` passes over connections that
 * never carried a request, and its `closeAllConnections` over those that have not finished their TLS handshake,
 * which live on for 120 s (seen on Node 24).
 */
export class OpenConnections {
  readonly #transports = new Set<Socket>();
  readonly #unused = new Set<Duplex>();
  /**
   * The last response on each connection. One that is answered stays until the next: a set that each request enters and
   * leaves made garbage that outlived its collection, 24 ms a time (`npm run bench -- admission`).
   */
  readonly #latest = new Map<Duplex, ServerResponse>();
  #closing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => keep(this.#transports, socket));
    server.on('secureConnection', (socket) => keep(this.#unused, socket));
    server.prependListener('request', (request, response) => this.#onRequest(request, response));
  }

  /** From now on every answer that has not begun yet tells its client to leave. */
  tellToClose(): void {
    this.#closing = true;
    for (const response of this.#latest.values()) tellToClose(response);
  }

  /** Ends the connections that never carried a request. */
  endUnused(): void {
    for (const socket of this.#unused) socket.end(() => socket.destroy());
  }

  /** Cuts all that is left. */
  cut(): void {
    for (const socket of this.#transports) socket.destroy();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (!this.#latest.has(socket)) {
      this.#unused.delete(socket);
      socket.once('close', () => this.#latest.delete(socket));
    }
    this.#latest.set(socket, response);
    if (this.#closing) tellToClose(response);
  }
}

function tellToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function keep<T extends Duplex>(set: Set<T>, entry: T): void {
  set.add(entry);
  entry.once('close', () => set.delete(entry));
}
