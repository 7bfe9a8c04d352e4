import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/** A way to the API server on which something can happen just before a write arrives. */
export interface Between {
  /** Of the admin, over that way. */
  readonly kubeconfig: string;
  /** Replaces that came through. */
  puts(): number;
  close(): Promise<void>;
}

/** @param beforePut runs to its end before a replace is handed on; it is given the number of those before */
export async function standBetween(
  controlPlane: ControlPlane,
  beforePut: (putsBefore: number) => Promise<void>,
): Promise<Between> {
  let puts = 0;
  const ca = readFileSync(controlPlane.caFile);
  const server = http.createServer(async (request, response) => {
    if (request.method === 'PUT') {
      puts += 1;
      await beforePut(puts - 1);
    }
    const { method, headers } = request;
    const onwards = https.request(new URL(request.url ?? '/', controlPlane.endpoint), {
      method,
      headers,
      ca,
    });
    onwards.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(controlPlane.dir, `between-${port}.yaml`);
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: controlPlane.adminToken } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
  return {
    kubeconfig,
    puts: () => puts,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
