import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps no more than `most` connections open on a server that everybody reaches: one more ends the one that has asked
 * nothing for the longest. So whoever holds many of them shuts nobody out, least of all a probe, which asks at once.
 */
export function keepNewestConnections(server: Server, most: number): void {
  /** In the order in which they asked last. */
  const open = new Set<Socket>();
  const isLatest = (socket: Socket): void => {
    open.delete(socket);
    open.add(socket);
  };
  server.on('connection', (socket: Socket) => {
    isLatest(socket);
    socket.once('close', () => open.delete(socket));
    const [longest] = open;
    if (open.size > most) longest?.destroy();
  });
  server.prependListener('request', ({ socket }: { readonly socket: Socket }) => {
    if (open.has(socket)) isLatest(socket);
  });
}
