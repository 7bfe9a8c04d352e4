import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';

const names = ['zonewarden-webhook.zonewarden.svc', '127.0.0.1'];

/** A TLS server with a leaf of a new CA on a port of its own. */
async function serve() {
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, names, now);
  const server = createServer({ cert: leaf.certPem, key: leaf.keyPem }, (socket) => socket.end('hello'));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { port, caPem: authority.certificatePem };
}

/** What the server says, to a client that trusts `ca` alone and expects `servername`. */
async function hear(port: number, ca: string, servername: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca, servername });
  onTestFinished(() => void socket.destroy());
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}

test('a client that trusts the CA alone connects by the Service name', async () => {
  const { port, caPem } = await serve();
  await expect(hear(port, caPem, 'zonewarden-webhook.zonewarden.svc')).resolves.toBe('hello');
});

test('it connects by IP address too', async () => {
  const { port, caPem } = await serve();
  await expect(hear(port, caPem, '')).resolves.toBe('hello');
});

test('a name that the leaf does not carry is refused', async () => {
  const { port, caPem } = await serve();
  await expect(hear(port, caPem, 'kubernetes.default.svc')).rejects.toThrow(
    /does not match certificate's altnames/,
  );
});

test('a client that trusts another CA of the same name is refused', async () => {
  const { port } = await serve();
  const other = await makeAuthority(new Date());
  await expect(hear(port, other.certificatePem, 'zonewarden-webhook.zonewarden.svc')).rejects.toThrow(
    /unable to verify|self-signed|signature failure/,
  );
});
