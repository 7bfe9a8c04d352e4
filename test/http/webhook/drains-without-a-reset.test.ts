import { once } from 'node:events';
import { createConnection } from 'node:net';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { AdmissionClient, readAnswer } from '../../standins/admission-client.ts';
import { reviewOf } from './reviews.ts';
import { eventually, type Serving, startServing } from './serving.ts';

const BODY = JSON.stringify(reviewOf());

/** Sends request after request over one kept connection until it is told that the connection closes. */
async function hammer(serving: Serving, tally: { answered: number; closed: number; failed: unknown[] }) {
  const { port } = serving.server;
  const client = new AdmissionClient({ port, caPem: serving.caPem, connections: 1 });
  onTestFinished(() => client.close());
  try {
    for (;;) {
      const { http } = await client.review('/mutate?timeout=10s', reviewOf());
      tally.answered += 1;
      if (http.headers.connection === 'close') break;
    }
    // From here on its next connection goes to another replica: the endpoint of this one is gone.
    tally.closed += 1;
  } catch (error) {
    tally.failed.push(error);
  }
}

async function refuses(port: number): Promise<void> {
  const socket = createConnection({ host: '127.0.0.1', port });
  // Closed in the same breath where it is not refused, so that a second try leaves nothing behind.
  socket.on('connect', () => socket.destroy());
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
}

test('every request of busy kept connections is answered, each connection is told to close, then the port refuses', async () => {
  const serving = await startServing();
  const tally = { answered: 0, closed: 0, failed: [] };
  const clients = Array.from({ length: 20 }, () => hammer(serving, tally));
  await eventually(() => expect(tally.answered).toBeGreaterThan(200));
  const before = tally.answered;
  const drained = serving.server.drain(1000, 5000);
  await Promise.all(clients);
  await drained;
  expect(tally.failed).toEqual([]);
  expect(tally.closed).toBe(20);
  expect(tally.answered).toBeGreaterThanOrEqual(before + 20);
  await refuses(serving.server.port);
  await expect(serving.inFlight()).resolves.toBe(0);
});

/** A connection on which the test itself writes the bytes. */
async function connection(serving: Serving) {
  const socket = connect({ host: '127.0.0.1', port: serving.server.port, ca: serving.caPem });
  onTestFinished(() => void socket.destroy());
  const heard = { text: '', closed: false, error: undefined as unknown };
  socket.on('data', (chunk: Buffer) => {
    heard.text += chunk.toString('utf8');
  });
  socket.on('error', (error) => {
    heard.error = error;
  });
  socket.on('close', () => {
    heard.closed = true;
  });
  await once(socket, 'secureConnect');
  return { socket, heard };
}

const HEAD = `POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;

test('a request whose body is still coming is waited for, and its connection is told to close', async () => {
  const serving = await startServing();
  const { socket, heard } = await connection(serving);
  socket.write(HEAD + BODY.slice(0, 100));
  await eventually(async () => expect(await serving.inFlight()).toBe(1));

  let drained = false;
  const draining = serving.server.drain(0, 30_000).then(() => {
    drained = true;
  });
  await eventually(() => refuses(serving.server.port));
  expect(drained).toBe(false);
  socket.write(BODY.slice(100));
  await draining;

  await eventually(() => expect(heard.closed).toBe(true));
  expect(heard.error).toBeUndefined();
  expect(heard.text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\r\nConnection: close\r\n/);
  expect(readAnswer(heard.text.slice(heard.text.indexOf('\r\n\r\n') + 4))).toMatchObject({ allowed: true });
});

test('a request that never ends is cut at the limit', async () => {
  const serving = await startServing();
  const { socket, heard } = await connection(serving);
  socket.write(HEAD + BODY.slice(0, 100));
  await eventually(async () => expect(await serving.inFlight()).toBe(1));
  await serving.server.drain(0, 100);
  await eventually(() => expect(heard.closed).toBe(true));
  await eventually(async () => expect(await serving.inFlight()).toBe(0));
});

test('a connection that was used and is idle does not hold up the end', async () => {
  const serving = await startServing();
  const { socket, heard } = await connection(serving);
  socket.write(HEAD + BODY);
  await eventually(() => expect(heard.text).toMatch(/"allowed":true/));
  await serving.server.drain(0, 600_000);
  await eventually(() => expect(heard.closed).toBe(true));
});

test('a connection that was opened in reserve and never used does not hold up the end', async () => {
  // Go's transport opens one whenever all are busy, and keeps it unused if another is free before it is there.
  const serving = await startServing();
  const { heard } = await connection(serving);
  await serving.server.drain(0, 600_000);
  await eventually(() => expect(heard.closed).toBe(true));
});

test('a peer that never begins its TLS handshake is cut at the limit', async () => {
  const serving = await startServing();
  const socket = createConnection({ host: '127.0.0.1', port: serving.server.port });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  // The server has taken the connection once one that came later is served.
  await serving.client.review('/mutate', reviewOf());
  await serving.server.drain(0, 100);
  await eventually(() => expect(socket.destroyed).toBe(true));
});
