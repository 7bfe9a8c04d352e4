import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { reviewOf } from './reviews.ts';
import { eventually, type Serving, startServing } from './serving.ts';

/** What a handshake comes to: the protocol and TLS version agreed upon; rejects when it is refused. */
async function handshake(serving: Serving, options: ConnectionOptions) {
  const socket = connect({ host: '127.0.0.1', port: serving.server.port, ca: serving.caPem, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return { alpn: socket.alpnProtocol, version: socket.getProtocol() };
}

const answers = (serving: Serving) =>
  expect(serving.client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });

test('a client that offers HTTP/2 and HTTP/1.1 gets HTTP/1.1', async () => {
  const serving = await startServing();
  const agreed = await handshake(serving, { ALPNProtocols: ['h2', 'http/1.1'] });
  expect(agreed.alpn).toBe('http/1.1');
});

test('a client that offers nothing else than HTTP/2 is refused, and the others are served', async () => {
  const serving = await startServing();
  await expect(handshake(serving, { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/i);
  await answers(serving);
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
  const serving = await startServing();
  const agreed = await handshake(serving, { minVersion: version, maxVersion: version });
  expect(agreed.version).toBe(version);
});

test('TLS 1.1 is refused by the server, and the others are served', async () => {
  const serving = await startServing();
  // At OpenSSL's security level 0 the client itself would speak it; the alert is the server's.
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await expect(handshake(serving, old)).rejects.toThrow(/alert protocol version/i);
  await answers(serving);
});

/** What a peer hears that writes something else than TLS to the port. */
async function heardByPlainText(serving: Serving, text: string): Promise<string> {
  const socket: Socket = createConnection({ host: '127.0.0.1', port: serving.server.port });
  onTestFinished(() => void socket.destroy());
  let heard = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.write(text);
  await eventually(() => expect(closed).toBe(true));
  return heard;
}

test('plain HTTP on the TLS port is closed without a word of HTTP and hurts nobody', async () => {
  const serving = await startServing();
  for (const text of [
    'GET /mutate HTTP/1.1\r\nHost: webhook\r\n\r\n',
    'SSH-2.0-scanner\r\n',
    '\0'.repeat(500),
  ]) {
    expect(await heardByPlainText(serving, text)).not.toMatch(/HTTP/);
  }
  await answers(serving);
  await expect(serving.inFlight()).resolves.toBe(0);
});

test('an idle connection outlives the 90 seconds of the API server, and is used again', async () => {
  const serving = await startServing();
  const first = await serving.client.review('/mutate', reviewOf());
  const seconds = Number(/timeout=(\d+)/.exec(String(first.http.headers['keep-alive']))?.[1]);
  expect(seconds).toBeGreaterThan(90);
  expect(first.http.headers.connection).toBe('keep-alive');
});
