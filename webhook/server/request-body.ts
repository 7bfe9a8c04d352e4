import type { IncomingMessage } from 'node:http';
import type { RejectReason } from '../metrics/webhook-metrics.ts';

/**
 * Twice the largest object that the API server takes (3 MiB), once as object and once as oldObject, and one more
 * for the rest: controller-runtime's reckoning (pkg/webhook/admission/http.go, maxRequestSize).
 */
export const MAX_BODY_BYTES = 7 * 1024 * 1024;

export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: Extract<RejectReason, 'too-large' | 'deadline' | 'aborted'> };

/**
 * Reads a body up to the limit and the deadline; never rejects. What is over the limit is not kept.
 *
 * Most bodies come in one piece with their headers: only for one that does not is a timer set, an eighth of the cost of
 * a request that does nothing else (`npm run bench -- admission`).
 */
export function readBody(
  request: IncomingMessage,
  deadlineMs: number,
  limit = MAX_BODY_BYTES,
): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > limit)
    return Promise.resolve({ ok: false, reason: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (body: Body): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (!body.ok) request.removeAllListeners('data');
      resolve(body);
    };
    setImmediate(() => {
      if (!settled) timer = setTimeout(() => settle({ ok: false, reason: 'deadline' }), deadlineMs);
    });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) settle({ ok: false, reason: 'too-large' });
      else chunks.push(chunk);
    });
    request.on('end', () => settle({ ok: true, text: textOf(chunks) }));
    // A client that goes away in the middle: `end` never comes then, and an `error` only where somebody listens.
    request.on('close', () => settle({ ok: false, reason: 'aborted' }));
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined
    ? only.toString('utf8')
    : Buffer.concat(chunks).toString('utf8');
}
