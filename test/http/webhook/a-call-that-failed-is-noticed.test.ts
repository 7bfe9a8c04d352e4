import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { ANY_PATH } from '../../standins/any-path.ts';
import { reviewOf } from './reviews.ts';
import { eventually, startServing } from './serving.ts';

/** The API server quotes the path to whoever's write fails, so that each such call asks for another one. */

type Options = Parameters<typeof startServing>[0];

async function counting(options: Options = {}) {
  let failures = 0;
  const paths = {
    ...ANY_PATH,
    failed: () => {
      failures += 1;
    },
  };
  return { ...(await startServing({ paths, ...options })), failures: () => failures };
}

/** Begins a request, and does something with its connection. */
async function begin(serving: Awaited<ReturnType<typeof counting>>, path: string) {
  const socket = connect({ host: '127.0.0.1', port: serving.server.port, ca: serving.caPem });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"half":`,
  );
  return socket;
}

test('an answer in time is no failure, whatever it says', async () => {
  const serving = await counting();
  await serving.client.review('/mutate?timeout=10s', reviewOf());
  await serving.client.call('/validate', { body: '{}' });
  await serving.client.call('/mutate', { method: 'GET' });
  await serving.client.call('/elsewhere', { body: '{}' });
  expect(serving.failures()).toBe(0);
});

test('a caller that goes away before its answer is one', async () => {
  const serving = await counting();
  const socket = await begin(serving, '/mutate?timeout=10s');
  await eventually(async () => expect(await serving.inFlight()).toBe(1));
  socket.destroy();
  await eventually(() => expect(serving.failures()).toBe(1));
});

test('a body that does not come in time is one', async () => {
  const serving = await counting();
  const socket = await begin(serving, '/mutate?timeout=50ms');
  await once(socket, 'end');
  await eventually(() => expect(serving.failures()).toBe(1));
});

test('an answer that comes too late is one', async () => {
  const serving = await counting({
    deciderFor(webhook, request) {
      const until = performance.now() + 30;
      while (performance.now() < until);
      return deciderFor(webhook, request);
    },
  });
  await serving.client.review('/mutate?timeout=20ms', reviewOf());
  await eventually(() => expect(serving.failures()).toBe(1));
});

test('who asks by no path of ours, and goes away, is none', async () => {
  const serving = await counting();
  const socket = await begin(serving, '/elsewhere');
  await once(socket, 'end');
  socket.destroy();
  await serving.client.review('/mutate?timeout=10s', reviewOf());
  expect(serving.failures()).toBe(0);
});
