import type { IncomingMessage } from 'node:http';
import type { RejectReason } from '../metrics/webhook-metrics.ts';
import type { Entry } from './intake.ts';

const MIB = 1024 * 1024;
/**
 * The largest object that can be stored: what etcd takes in one request (embed/config.go, DefaultMaxRequestBytes). The API
 * server stores custom resources as the same JSON that it sends to webhooks, with the same escapes (apimachinery
 * unstructured/helpers.go, UnstructuredJSONScheme), so that nothing grows on its way here.
 */
const OBJECT_BYTES = 1.5 * MIB;
/**
 * Names, options, and the user, who is read from the headers of one request: those are 1 MiB at most (k8s.io/apiserver
 * pkg/server/secure_serving.go, MaxHeaderBytes).
 */
const BESIDE_OBJECTS_BYTES = MIB;

/**
 * An object and the one that is stored. The API server reads requests of up to 3 MiB (pkg/server/config.go,
 * MaxRequestBodyBytes) and may make more of them, such as the six characters `\u003c` of a `<`. Whatever is larger than
 * this cannot be stored, whoever decides about it.
 */
export const MAX_BODY_BYTES = 2 * OBJECT_BYTES + BESIDE_OBJECTS_BYTES;

/** A body that comes in pieces is put together in a buffer of at least this size. */
const FIRST_BUFFER = 64 * 1024;

export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  | {
      readonly ok: false;
      readonly reason: Extract<RejectReason, 'too-large' | 'busy' | 'deadline' | 'aborted'>;
    };

/**
 * Reads a body up to the limit, to the room that there is, and to the deadline; never rejects. What is over the limit is
 * not kept.
 *
 * Most bodies come in one piece with their headers: only for one that does not is a timer set, an eighth of the cost of
 * a request that does nothing else (`npm run bench -- admission`).
 */
export function readBody(request: IncomingMessage, deadlineMs: number, entry: Entry): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > MAX_BODY_BYTES) return Promise.resolve({ ok: false, reason: 'too-large' });
  if (!entry.hasRoomFor(declared)) return Promise.resolve({ ok: false, reason: 'busy' });
  return new Promise((resolve) => {
    const pieces = new Pieces(entry, declared || MAX_BODY_BYTES);
    let settled = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (body: Body): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      // The request lives as long as its connection, and what listens to it lives as long.
      pieces.forget();
      if (!body.ok) request.removeAllListeners('data');
      resolve(body);
    };
    setImmediate(() => {
      if (!settled) timer = setTimeout(() => settle({ ok: false, reason: 'deadline' }), deadlineMs);
    });
    request.on('data', (chunk: Buffer) => {
      const problem = pieces.add(chunk);
      if (problem !== undefined) settle({ ok: false, reason: problem });
    });
    request.on('end', () => settle({ ok: true, bytes: pieces.together() }));
    // A client that goes away in the middle: `end` never comes then, and an `error` only where somebody listens.
    request.on('close', () => settle({ ok: false, reason: 'aborted' }));
  });
}

/**
 * What has come of a body, in one buffer. A list of its pieces would cost some hundred bytes for each, and a client may
 * send pieces of one byte. Only the first piece stays as it came: there is no other one to most bodies.
 */
class Pieces {
  readonly #entry: Entry;
  readonly #most: number;
  #buffer: Buffer = NOTHING;
  #size = 0;

  /** @param most how large the whole body may be */
  constructor(entry: Entry, most: number) {
    this.#entry = entry;
    this.#most = most;
  }

  /** Why a piece cannot be taken, `undefined` when it was. */
  add(piece: Buffer): 'too-large' | 'busy' | undefined {
    const size = this.#size + piece.length;
    if (size > this.#most) return 'too-large';
    if (this.#size === 0) {
      if (!this.#entry.hold(piece.length)) return 'busy';
      this.#buffer = piece;
    } else {
      if (size > this.#buffer.length && !this.#grow(size)) return 'busy';
      piece.copy(this.#buffer, this.#size);
    }
    this.#size = size;
    return undefined;
  }

  together(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  forget(): void {
    this.#buffer = NOTHING;
  }

  /** Doubles, so that each byte is copied about once whatever the size of the pieces. */
  #grow(size: number): boolean {
    const capacity = Math.min(this.#most, Math.max(FIRST_BUFFER, 2 * this.#buffer.length, size));
    if (!this.#entry.hold(capacity)) return false;
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(larger, 0, 0, this.#size);
    this.#buffer = larger;
    return true;
  }
}

const NOTHING = Buffer.alloc(0);
