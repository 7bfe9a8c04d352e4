import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Registry } from 'prom-client';
import { keepNewestConnections } from './newest-connections.ts';

/** For probes, Prometheus and people. Each may hold an answer that is not read, and a status page has some 100 kB. */
const MOST_CONNECTIONS = 32;

/**
 * The second, plain port of each process: `/healthz` (alive), `/readyz` (ready, or why not), `/metrics`, and
 * where the process has more to tell `/status`. Not on the hot path, so that express may serve it. It tells nothing secret and takes no input.
 */
export async function startOpsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  /** Why the process is not ready, in words; empty when it is. */
  unready(): readonly string[];
  /** What `/status` answers, as JSON; without it there is none. */
  status?(): object;
}) {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const reasons = options.unready();
    response.status(reasons.length === 0 ? 200 : 503);
    response.type('text/plain').send(reasons.length === 0 ? 'ok\n' : `not ready: ${reasons.join('; ')}\n`);
  });
  const { status } = options;
  if (status !== undefined) {
    app.get('/status', (_request, response) => {
      response.type('application/json').send(`${JSON.stringify(status(), null, 2)}\n`);
    });
  }
  app.get('/metrics', async (_request, response) => {
    const text = await options.registry.metrics();
    response.set('Content-Type', options.registry.contentType).send(text);
  });
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(options.port, options.host, (error?: Error) => {
      if (error) reject(error);
      else resolve(listening);
    });
  });
  keepNewestConnections(server, MOST_CONNECTIONS);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
