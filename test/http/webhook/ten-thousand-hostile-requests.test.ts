import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../../../shared/process/logger.ts';
import { AdmissionClient, patched, readAnswer } from '../../standins/admission-client.ts';
import { type HostileRequest, hostileRequests } from './hostile-requests.ts';
import { type RawAnswer, RawConnection } from './raw-connection.ts';
import { reviewOf } from './reviews.ts';
import { eventually, startServing } from './serving.ts';

const WARM_UP = 2_000;
const REQUESTS = 10_000;
const CONNECTIONS = 6;
const MIB = 1024 * 1024;
/** What the server answers by the rules of HTTP, before any request of ours exists. */
const BY_HTTP = [400, 405, 408, 413, 417, 431, 505];
/** What the handler answers. 500 is not among them: it would be a defect. */
const BY_US = [200, 400, 404, 405, 408, 413, 415];

const envelope = z.object({ request: z.object({ object: z.unknown() }) });

/** Throws unless the answer is one that the API server, or HTTP, allows for this request. */
function check({ body }: HostileRequest, answer: RawAnswer | undefined, seen: Map<string, number>): void {
  const count = (sort: string) => seen.set(sort, (seen.get(sort) ?? 0) + 1);
  const byUs = answer !== undefined && /\r\ncontent-type: application\/json/i.test(answer.head);
  if (body === undefined && !byUs) {
    if (answer !== undefined) expect(BY_HTTP).toContain(answer.status);
    return void count('closed by HTTP');
  }
  if (answer === undefined) throw new Error('a proper request was left without an answer');
  expect(BY_US).toContain(answer.status);
  const review = readAnswer(answer.body);
  count(String(answer.status));
  if (review.operations.length === 0) return;
  count('patched');
  patched(envelope.parse(JSON.parse(body ?? '')).request.object, review);
}

async function send(
  connection: RawConnection,
  request: HostileRequest,
  seen: Map<string, number>,
): Promise<void> {
  if (request.abandoned) return connection.abandon(request.bytes.subarray(0, request.bytes.length - 5));
  const answer = await connection.exchange(request.bytes);
  try {
    check(request, answer, seen);
  } catch (cause) {
    const shown = request.bytes.subarray(0, 1500).toString('latin1');
    throw new Error(`answer ${JSON.stringify(answer)?.slice(0, 1500)} to ${shown}`, { cause });
  }
}

/** Bytes on the heap that something still refers to. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no garbage collector to call');
  collect();
  return process.memoryUsage().heapUsed;
}

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

test('each of 10,000 hostile requests is answered as it should be, and nothing is left of them', {
  timeout: 180_000,
}, async () => {
  const socketsBefore = openSockets();
  const { log } = createLogger('webhook', 'info', { write: () => {} });
  const serving = await startServing({ log });
  const target = { port: serving.server.port, caPem: serving.caPem };
  const connections = Array.from({ length: CONNECTIONS }, () => new RawConnection(target));
  const next = hostileRequests(20_261_121);
  const seen = new Map<string, number>();

  const sendMany = async (count: number) => {
    let left = count;
    await Promise.all(
      connections.map(async (connection) => {
        while (left > 0) {
          left -= 1;
          await send(connection, next(), seen);
        }
      }),
    );
  };
  await sendMany(WARM_UP);
  const before = heapInUse();
  await sendMany(REQUESTS - WARM_UP);
  const grown = heapInUse() - before;

  expect(grown).toBeLessThan(10 * MIB);
  await expect(serving.panics()).resolves.toBe(0);
  for (const sort of ['200', '400', '404', '405', '415', 'patched', 'closed by HTTP']) {
    expect(seen.get(sort), sort).toBeGreaterThan(50);
  }

  // A client of its own kind still gets what it should, and then nothing is open any more.
  const client = new AdmissionClient(target);
  await expect(client.review('/mutate', reviewOf())).resolves.toMatchObject({
    allowed: true,
    patchType: 'JSONPatch',
  });
  client.close();
  for (const connection of connections) connection.close();
  await eventually(async () => expect(await serving.inFlight()).toBe(0));
  await serving.server.drain(0, 10_000);
  await eventually(() => expect(openSockets()).toBe(socketsBefore));
});
