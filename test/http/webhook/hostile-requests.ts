import fc from 'fast-check';
import { rawReview } from '../../unit/webhook/raw-reviews.ts';

/** One request as bytes, and what may come of it. */
export interface HostileRequest {
  readonly bytes: Buffer;
  /** The body where the request is HTTP as it should be, so that an AdmissionReview has to come back. */
  readonly body: string | undefined;
  /** The client goes away in the middle of it. */
  readonly abandoned: boolean;
}

const REVIEWS = 1500;

/**
 * Any number of requests, the same ones for the same seed: three quarters are reviews (most parts right, some of any
 * shape), the others are broken in the body, the head, the path or the syntax.
 */
export function hostileRequests(seed: number): () => HostileRequest {
  const reviews = fc.sample(rawReview, { seed, numRuns: REVIEWS });
  const random = mulberry32(seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[upTo(items.length)] ?? items[0];
  const review = () => reviews[upTo(reviews.length)] ?? '';
  const path = () =>
    pick(['/mutate?timeout=10s', '/validate?timeout=10s', '/mutate', '/validate?timeout=%&x']);
  const noise = (size: number) => Buffer.from(Array.from({ length: size }, () => upTo(256)));
  const word = () => encodeURIComponent(noise(upTo(30)).toString('latin1'));
  const posted = (body: string, at = path()) => proper(`POST ${at}`, body);

  const sorts: readonly [weight: number, make: () => HostileRequest][] = [
    [150, () => posted(review())],
    [6, () => posted(cut(review(), random()))],
    [4, () => posted(noise(upTo(2000)).toString('latin1'))],
    [3, () => posted('['.repeat(upTo(50_000)))],
    [2, () => posted(`{"request":{"uid":"${'x'.repeat(upTo(300_000))}"}}`)],
    [4, () => posted(review(), `/${word()}?${word()}`)],
    [3, () => proper(`${pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])} ${path()}`, review())],
    [
      3,
      () =>
        proper(`POST ${path()}`, review(), pick(['text/plain', '', 'application/yaml', 'application/jsonp'])),
    ],
    [3, () => chunked(path(), review())],
    [2, () => proper(`POST ${path()}`, review(), 'application/json\r\nExpect: 100-continue')],
    [
      2,
      () =>
        proper(`POST ${path()}`, review(), `application/json\r\nX-Odd: ${word().repeat(50)}\r\nCookie: ;;=`),
    ],
    [2, () => ({ ...posted(review()), body: undefined, abandoned: true })],
    [6, () => broken(pick(BROKEN_HEADS))],
    [2, () => broken(`${noise(1 + upTo(200)).toString('latin1')}\r\n\r\n`)],
  ];
  const whole = sorts.reduce((sum, [weight]) => sum + weight, 0);
  return () => {
    let at = random() * whole;
    for (const [weight, make] of sorts) {
      at -= weight;
      if (at < 0) return make();
    }
    return posted(review());
  };
}

/** Heads that HTTP itself refuses; Node answers those, not we. */
const BROKEN_HEADS: readonly [string, ...string[]] = [
  'POST /mutate HTTP/9.9\r\nHost: webhook\r\n\r\n',
  'post /mutate HTTP/1.1\r\nHost: webhook\r\n\r\n',
  'POST /mutate HTTP/1.1\r\n\r\n',
  'POST  /mutate HTTP/1.1\r\nHost: webhook\r\n\r\n',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Length: -5\r\n\r\n',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nX-Null: a\0b\r\n\r\n',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nno colon\r\n\r\n',
  'POST /mutate HTTP/1.1\r\nHost: webhook\r\nExpect: a-miracle\r\nContent-Length: 0\r\n\r\n',
  `POST /mutate HTTP/1.1\r\nHost: webhook\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
  `POST /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: webhook\r\n\r\n`,
  'CONNECT webhook:443 HTTP/1.1\r\nHost: webhook\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\r\n\r\n\r\n\0\0\0\r\n\r\n',
];

function proper(line: string, body: string, type = 'application/json'): HostileRequest {
  const head = `${line} HTTP/1.1\r\nHost: webhook\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { bytes: Buffer.from(head + body), body, abandoned: false };
}

function chunked(path: string, body: string): HostileRequest {
  const head = `POST ${path} HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const half = cut(body, 0.5);
  const chunks = [half, body.slice(half.length)]
    .filter((chunk) => chunk.length > 0)
    .map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`);
  return { bytes: Buffer.from(`${head}${chunks.join('')}0\r\n\r\n`), body, abandoned: false };
}

function broken(text: string): HostileRequest {
  return { bytes: Buffer.from(text, 'latin1'), body: undefined, abandoned: false };
}

/** The first part of a text, never half a surrogate pair. */
function cut(text: string, share: number): string {
  return text.slice(0, Math.floor(text.length * share)).toWellFormed();
}

/** A small seeded generator (Tommy Ettinger's mulberry32): numbers from 0 to 1, the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
