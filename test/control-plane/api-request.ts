import { type Agent, request } from 'node:https';

export interface ApiTarget {
  /** `https://127.0.0.1:port` */
  readonly endpoint: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: string;
  /** Default: application/json */
  readonly contentType?: string;
  /** For the whole of it. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Keeps connections for the requests that follow. Default: a connection for this one alone. */
  readonly agent?: Agent;
}

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One request to the API server, on a connection of its own unless an agent keeps some: the control plane's own needs (readiness, tokens, CRDs)
 * must not depend on the product's client, which the tests test. Rejects when no answer comes.
 */
export function apiRequest(target: ApiTarget, asked: ApiRequest): Promise<ApiAnswer> {
  const { method, path, body, contentType = 'application/json', timeoutMs = 10_000, agent = false } = asked;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, target.endpoint),
      {
        method,
        ca: target.ca,
        agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          authorization: `Bearer ${target.token}`,
          ...(body === undefined ? {} : { 'content-type': contentType }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
