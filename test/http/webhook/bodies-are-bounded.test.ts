import { once } from 'node:events';
import { createConnection } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../../standins/admission-client.ts';
import { reviewOf } from './reviews.ts';
import { eventually, startServing } from './serving.ts';

const MIB = 1024 * 1024;
const BODY = JSON.stringify(reviewOf());

/** A review that is padded to a size; JSON all the same. */
const paddedTo = (bytes: number) => BODY + ' '.repeat(bytes - BODY.length);

/** A connection on which a test writes requests by itself; `heard` is all that came back. */
async function rawConnection(serving: { server: { port: number }; caPem: string }) {
  const transport = createConnection({ host: '127.0.0.1', port: serving.server.port });
  transport.on('error', () => {});
  const socket = connect({ socket: transport, host: '127.0.0.1', ca: serving.caPem });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  const heard = { text: '', closed: false };
  socket.on('data', (chunk: Buffer) => {
    heard.text += chunk.toString('utf8');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    heard.closed = true;
  });
  return { socket, transport, heard };
}

function headersOf(path: string, length: number): string {
  return `POST ${path} HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

function answerIn(text: string) {
  return readAnswer(text.slice(text.indexOf('\r\n\r\n') + 4));
}

const stillServes = async (client: {
  review(path: string, review: unknown): Promise<{ allowed: boolean }>;
}) => expect(client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });

test('a body of exactly 4 MiB is decided', async () => {
  const { client } = await startServing();
  await expect(client.call('/mutate', { body: paddedTo(4 * MIB) })).resolves.toMatchObject({ status: 200 });
});

test.each([
  ['content-length tells', { body: paddedTo(4 * MIB + 1) }],
  ['much more, content-length tells', { body: paddedTo(12 * MIB) }],
  ['chunked', { pieces: Array.from({ length: 5 * 16 }, () => Buffer.alloc(MIB / 16, ' ')) }],
])('one of more than 4 MiB is a 413 that arrives, and the connection ends (%s)', async (_name, call) => {
  const { client, rejected } = await startServing();
  // More than once: an answer that is lost to a reset is lost only sometimes.
  for (let round = 1; round <= 8; round += 1) {
    const http = await client.call('/mutate', call);
    expect(http.status).toBe(413);
    expect(http.headers.connection).toBe('close');
    expect(readAnswer(http.text)).toMatchObject({ allowed: false, status: { code: 413 } });
    await expect(rejected('too-large')).resolves.toBe(round);
  }
  await stillServes(client);
});

test('who never stops sending after a 413 is cut off', async () => {
  const serving = await startServing();
  const { socket, heard } = await rawConnection(serving);
  socket.write(headersOf('/mutate', 4096 * MIB));
  await pour(socket, heard);
  expect(heard.text).toMatch(/^HTTP\/1\.1 413 /);
  await stillServes(serving.client);
});

/** Sends and sends, at the pace of the receiver, until the other side closes. */
async function pour(socket: TLSSocket, heard: { readonly closed: boolean }): Promise<void> {
  const piece = Buffer.alloc(MIB, ' ');
  while (!heard.closed) {
    if (!socket.write(piece))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
  }
}

test('a body that does not arrive within ?timeout is a 408, and the connection ends', async () => {
  const serving = await startServing();
  const { socket, heard } = await rawConnection(serving);
  socket.write(headersOf('/mutate?timeout=200ms', BODY.length) + BODY.slice(0, 100));
  await eventually(() => expect(heard.closed).toBe(true));
  expect(heard.text).toMatch(/^HTTP\/1\.1 408 [\s\S]*Connection: close/);
  expect(answerIn(heard.text)).toMatchObject({ allowed: false, status: { code: 408 } });
  await expect(serving.rejected('deadline')).resolves.toBe(1);
  await expect(serving.inFlight()).resolves.toBe(0);
  await stillServes(serving.client);
});

test('a body that trickles in within its timeout is decided', async () => {
  const serving = await startServing();
  const { socket, heard } = await rawConnection(serving);
  socket.write(headersOf('/mutate?timeout=30s', BODY.length));
  for (let at = 0; at < BODY.length; at += 50) {
    await new Promise((resolve) => socket.write(BODY.slice(at, at + 50), resolve));
  }
  await eventually(() => expect(heard.text).toMatch(/"allowed":true/));
});

test('a client that goes away in the middle of its body is forgotten, and the server goes on', async () => {
  const serving = await startServing();
  for (const leave of ['destroy', 'resetAndDestroy'] as const) {
    const { socket, transport } = await rawConnection(serving);
    socket.write(headersOf('/mutate', BODY.length) + BODY.slice(0, 100));
    await eventually(async () => expect(await serving.inFlight()).toBe(1));
    transport[leave]();
    await eventually(async () => expect(await serving.inFlight()).toBe(0));
  }
  await expect(serving.rejected('aborted')).resolves.toBe(2);
  expect(serving.logged()).toEqual([]);
  await stillServes(serving.client);
});
