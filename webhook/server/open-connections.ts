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
  readonly #most: number;
  readonly #onDropped: () => void;
  readonly #transports = new Set<Socket>();
  readonly #unused = new Set<Duplex>();
  /** Those that carried no request yet, by their client's address: the server tells of them before TLS, and of requests after. */
  readonly #waiting = new Map<string, Socket>();
  /**
   * The last response on each connection. One that is answered stays until the next: a set that each request enters and
   * leaves made garbage that outlived its collection, 24 ms a time (`npm run bench -- admission`).
   */
  readonly #latest = new Map<Duplex, ServerResponse>();
  #closing = false;

  /**
   * @param most how many may be open. One more takes the place of the one that has carried no request for the longest, and
   * where all have carried one it is ended itself.
   */
  constructor(server: Server, most: number, onDropped: () => void) {
    this.#most = most;
    this.#onDropped = onDropped;
    server.on('connection', (socket: Socket) => this.#onConnection(socket));
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

  #onConnection(socket: Socket): void {
    const from = clientOf(socket);
    keep(this.#transports, socket);
    this.#waiting.set(from, socket);
    socket.once('close', () => this.#waiting.delete(from));
    if (this.#transports.size <= this.#most) return;
    const [longest = socket] = this.#waiting.values();
    this.#onDropped();
    longest.destroy();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (!this.#latest.has(socket)) {
      this.#unused.delete(socket);
      this.#waiting.delete(clientOf(socket));
      socket.once('close', () => this.#latest.delete(socket));
    }
    this.#latest.set(socket, response);
    if (this.#closing) tellToClose(response);
  }
}

/** No two connections that are open have the same one. */
function clientOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function tellToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function keep<T extends Duplex>(set: Set<T>, entry: T): void {
  set.add(entry);
  entry.once('close', () => set.delete(entry));
}
