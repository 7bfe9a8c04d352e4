import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Call, readAnswer } from '../../standins/admission-client.ts';
import { reviewOf } from './reviews.ts';
import { eventually, type Serving, startServing } from './serving.ts';

const KIB = 1024;
const BODY = JSON.stringify(reviewOf());

const paddedTo = (bytes: number) => BODY + ' '.repeat(bytes - BODY.length);

/** A connection on which a test writes requests by itself. */
async function open({ server, caPem }: Serving) {
  const socket = connect({ host: '127.0.0.1', port: server.port, ca: caPem });
  onTestFinished(() => void socket.destroy());
  const heard = { text: '', closed: false };
  socket.on('data', (chunk: Buffer) => {
    heard.text += chunk.toString('utf8');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    heard.closed = true;
  });
  await once(socket, 'secureConnect');
  return { socket, heard };
}

const headers = (length: number) =>
  `POST /mutate?timeout=30s HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** Sends the first part of a body, and holds back the rest until the test lets it go. */
async function hold(serving: Serving, sent: number, length: number): Promise<TLSSocket> {
  const { socket } = await open(serving);
  const before = await serving.inFlight();
  socket.write(headers(length));
  socket.write(paddedTo(length).slice(0, sent));
  await eventually(async () => expect(await serving.inFlight()).toBe(before + 1));
  return socket;
}

const LIMITS = { bytes: 512 * KIB, bytesForLarge: 384 * KIB, smallBody: 64 * KIB };

/** How a body is sent: with its length, so that it is turned away before it is read, or in pieces. */
const SENT: readonly [string, (body: string) => Call][] = [
  ['with its length', (body) => ({ body })],
  ['chunked', (body) => ({ pieces: [Buffer.from(body.slice(0, 9000)), Buffer.from(body.slice(9000))] })],
];

test.each(SENT)(
  'a large body beyond what is taken in at once is a 503 that asks to come again (%s)',
  async (_name, sent) => {
    const serving = await startServing({ limits: LIMITS });
    const large = paddedTo(200 * KIB);
    const held = await hold(serving, 190 * KIB, 200 * KIB);
    // What is held was read: it may still be on its way.
    const http = await eventually(async () => {
      const answer = await serving.client.call('/mutate', sent(large));
      expect(answer.status).toBe(503);
      return answer;
    });
    expect(http.headers['retry-after']).toBe('1');
    expect(http.headers.connection).toBe('close');
    expect(readAnswer(http.text)).toMatchObject({ allowed: false, status: { code: 503 } });
    expect(await serving.rejected('busy')).toBeGreaterThanOrEqual(1);
    // The room of small ones is their own, and what is held is decided once it is whole.
    await expect(serving.client.call('/mutate', sent(paddedTo(50 * KIB)))).resolves.toMatchObject({
      status: 200,
    });
    const answer = once(held, 'data');
    held.write(large.slice(190 * KIB));
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
    await expect(serving.client.call('/mutate', sent(large))).resolves.toMatchObject({ status: 200 });
  },
);

test('who only announces a large body takes no room from others', async () => {
  const serving = await startServing({ limits: LIMITS });
  for (let each = 0; each < 10; each += 1) await hold(serving, 100, 300 * KIB);
  await expect(serving.client.call('/mutate', { body: paddedTo(300 * KIB) })).resolves.toMatchObject({
    status: 200,
  });
});

test.each<[string, (socket: TLSSocket, serving: Serving) => Promise<unknown>]>([
  ['goes away', async (socket) => void socket.destroy()],
  [
    'is too slow',
    async (_socket, { rejected }) => eventually(async () => expect(await rejected('deadline')).toBe(1)),
  ],
])('what one has sent that %s is room again', async (_name, leave) => {
  const serving = await startServing({ limits: LIMITS });
  const { socket } = await open(serving);
  socket.write(headers(300 * KIB).replace('30s', '500ms'));
  socket.write(paddedTo(300 * KIB).slice(0, 290 * KIB));
  await eventually(async () => expect(await serving.inFlight()).toBe(1));
  await leave(socket, serving);
  await eventually(async () => expect(await serving.inFlight()).toBe(0));
  await expect(serving.client.call('/mutate', { body: paddedTo(300 * KIB) })).resolves.toMatchObject({
    status: 200,
  });
});

test('a body of pieces of one byte each is put together in one buffer', async () => {
  const serving = await startServing();
  const allocated = vi.spyOn(Buffer, 'allocUnsafeSlow');
  onTestFinished(() => allocated.mockRestore());
  const { socket, heard } = await open(serving);
  socket.write(headers(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
  const text = paddedTo(200 * KIB);
  socket.write(`${[...text].map((one) => `1\r\n${one}\r\n`).join('')}0\r\n\r\n`);
  await eventually(() => expect(heard.text).toMatch(/"allowed":true/));
  // Doubled from 64 KiB on.
  expect(allocated.mock.calls.filter(([size]) => size >= 64 * KIB).length).toBeLessThanOrEqual(3);
});

test('one request more than may wait is a 503 that asks to come again', async () => {
  const serving = await startServing({ limits: { requests: 2 } });
  const waiting = [await hold(serving, 10, BODY.length), await hold(serving, 10, BODY.length)];
  const { http } = await serving.client.review('/mutate', reviewOf());
  expect(http.status).toBe(503);
  expect(http.headers['retry-after']).toBe('1');
  for (const socket of waiting) socket.destroy();
  await eventually(async () => expect(await serving.inFlight()).toBe(0));
  await expect(serving.client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });
});

test('a connection that never carried a request makes room for the next one', async () => {
  const serving = await startServing({ mostConnections: 3 });
  const [first, second, third] = [await open(serving), await open(serving), await open(serving)];
  await expect(serving.client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });
  await eventually(() => expect(first.heard.closed).toBe(true));
  expect([second.heard.closed, third.heard.closed]).toEqual([false, false]);
  await expect(serving.connectionsDropped()).resolves.toBe(1);
});

test('one that has carried a request does not: then the next one is ended', async () => {
  const serving = await startServing({ mostConnections: 2 });
  const used = [await open(serving), await open(serving)];
  for (const { socket, heard } of used) {
    socket.write(headers(BODY.length) + BODY);
    await eventually(() => expect(heard.text).toMatch(/"allowed":true/));
  }
  await expect(serving.client.review('/mutate', reviewOf())).rejects.toThrow();
  expect(used.map(({ heard }) => heard.closed)).toEqual([false, false]);
  used[0]?.socket.destroy();
  await eventually(async () =>
    expect(await serving.client.review('/mutate', reviewOf())).toMatchObject({ allowed: true }),
  );
});

test('a replica that has not read the record parses nothing', async () => {
  const { client } = await startServing({ state: () => undefined });
  const parsed = vi.spyOn(JSON, 'parse');
  onTestFinished(() => parsed.mockRestore());
  const http = await client.call('/mutate', { body: BODY });
  expect(parsed).not.toHaveBeenCalled();
  expect(http.status).toBe(503);
});
