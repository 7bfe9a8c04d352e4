import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { startOpsServer } from '../../../shared/process/ops-server.ts';
import { eventually } from './serving.ts';

const MOST = 32;

async function serve() {
  const ops = await startOpsServer({
    host: '127.0.0.1',
    port: 0,
    registry: new Registry(),
    unready: () => [],
  });
  onTestFinished(() => ops.close());
  return ops.port;
}

/** A connection that asks nothing until it is told to. */
async function open(port: number): Promise<{ readonly socket: Socket; isOpen(): boolean }> {
  const socket = createConnection({ host: '127.0.0.1', port });
  onTestFinished(() => void socket.destroy());
  let closed = false;
  socket
    .on('error', () => {})
    .on('close', () => {
      closed = true;
    });
  await once(socket.resume(), 'connect');
  return { socket, isOpen: () => !closed };
}

const ask = 'GET /healthz HTTP/1.1\r\nHost: ops\r\n\r\n';

/** As a probe asks: on a connection of its own. */
async function probe(port: number): Promise<number | undefined> {
  const [response] = (await once(get({ port, path: '/healthz', agent: false }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  return response.statusCode;
}

test('whoever holds many connections shuts no probe out, and holds no more than there is room for', async () => {
  const port = await serve();
  const held: { isOpen(): boolean }[] = [];
  for (let at = 0; at < 3 * MOST; at += 1) {
    held.push(await open(port));
    if (at % 10 === 0) await expect(probe(port)).resolves.toBe(200);
  }
  await eventually(() => expect(held.filter(({ isOpen }) => isOpen()).length).toBeLessThanOrEqual(MOST));
  await expect(probe(port)).resolves.toBe(200);
});

test('the one that has asked nothing for the longest makes room', async () => {
  const port = await serve();
  const [first, second] = [await open(port), await open(port)];
  first.socket.write(ask);
  await once(first.socket, 'data');
  for (let at = 2; at <= MOST; at += 1) await open(port);
  await eventually(() => expect(second.isOpen()).toBe(false));
  expect(first.isOpen()).toBe(true);
});
