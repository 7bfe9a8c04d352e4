import { connect, type TLSSocket } from 'node:tls';

/** Latencies in milliseconds of every request of a run, and how long the run took. */
export interface LoadResult {
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

/** What the body has for a uid; each request carries its own of that length in its place. */
export const UID_TEMPLATE = '00000000-0000-0000-0000-000000000000';
let sent = 0;

/**
 * Keeps `connections` keep-alive connections busy for `seconds`, one request at a time on each. A raw client: what a
 * general one costs would hide what the server costs.
 * @throws when an answer does not carry the request's own uid, or is not the one that `isRight` expects
 */
export async function load(options: {
  readonly port: number;
  /** The path that the server is asked by. */
  readonly path: string;
  readonly caPem: string;
  /** Every uid template in it is replaced, in each request anew. */
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  isRight(body: string): boolean;
}): Promise<LoadResult> {
  const until = performance.now() + options.seconds * 1000;
  const started = performance.now();
  const perConnection = await Promise.all(
    Array.from({ length: options.connections }, () => drive(options, until)),
  );
  return { latenciesMs: perConnection.flat(), seconds: (performance.now() - started) / 1000 };
}

async function drive(options: Parameters<typeof load>[0], until: number): Promise<number[]> {
  const socket = await open(options.port, options.caPem);
  const head =
    `POST ${options.path}?timeout=5s HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(options.body)}\r\n\r\n`;
  const request = Buffer.from(head + options.body);
  const uidsAt = placesOf(request);
  const latencies: number[] = [];
  try {
    while (performance.now() < until) {
      const uid = nextUid();
      for (const at of uidsAt) request.write(uid, at, 'latin1');
      const from = performance.now();
      const answer = exchange(socket);
      socket.write(request);
      const { status, body } = await answer;
      latencies.push(performance.now() - from);
      if (status !== 200 || !body.includes(`"uid":"${uid}"`) || !options.isRight(body)) {
        throw new Error(`a wrong answer: HTTP ${status} ${body.slice(0, 500)}`);
      }
    }
  } finally {
    socket.destroy();
  }
  return latencies;
}

function placesOf(request: Buffer): number[] {
  const places: number[] = [];
  for (let at = request.indexOf(UID_TEMPLATE); at >= 0; at = request.indexOf(UID_TEMPLATE, at + 1))
    places.push(at);
  return places;
}

function nextUid(): string {
  sent += 1;
  return UID_TEMPLATE.slice(0, -12) + String(sent).padStart(12, '0');
}

function open(port: number, caPem: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: caPem }, () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}

/** The next answer on the connection: its status, and its body as long as Content-Length says. */
function exchange(socket: TLSSocket): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      finish();
      resolve({ status: Number(text.slice(9, 12)), body: text.slice(end + 4) });
    };
    const onClose = (): void => {
      finish();
      reject(new Error('the server closed the connection'));
    };
    const finish = (): void => {
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    socket.on('data', onData);
    socket.on('close', onClose);
  });
}
