import { createServer } from 'node:net';

/**
 * Ports for servers that are ended and started again at the same address. They lie below those that systems give to
 * outgoing connections (Linux from 32768, others from 49152): of such a one, a client elsewhere on the machine takes hold
 * while the server is away. A watcher was once refused its own port by that, after 200 s of kills.
 */
const LOWEST = 12_000;
const HIGHEST = 32_000;
/** Each of vitest's workers has a range of its own, so that none takes what another one is about to. */
const RANGE = 1_000;
const RANGES = (HIGHEST - LOWEST) / RANGE;

const worker = Number(process.env.VITEST_POOL_ID ?? process.pid) % RANGES;
let next = Math.floor(Math.random() * RANGE);

/** Ports on 127.0.0.1 that were free a moment ago, all different. @throws where a whole range is taken */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let tried = 0; found.length < count; tried += 1) {
    if (tried === RANGE) throw new Error(`no ${count} ports are free in the range of worker ${worker}`);
    const port = LOWEST + worker * RANGE + next;
    next = (next + 1) % RANGE;
    if (await isFree(port)) found.push(port);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
