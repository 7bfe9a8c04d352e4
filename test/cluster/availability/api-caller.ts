import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

export interface Called {
  /** 0: no answer came. */
  readonly status: number;
  /** The body; without an answer, why none came. */
  readonly text: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** Calls the API server as admin over kept connections and never throws: whatever comes is an answer to be counted. */
export interface ApiCaller {
  call(call: Call): Promise<Called>;
  close(): void;
}

/** Above the 34 s at which the API server gives up: its own words are worth more than ours. */
const LIMIT_MS = 40_000;

/** Where the API server is, and as whom it is called: somebody who may write NodePools. */
export type ApiServer = Pick<ControlPlane, 'endpoint' | 'caFile' | 'adminToken'>;

export function createApiCaller(controlPlane: ApiServer): ApiCaller {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(controlPlane.caFile) });
  return {
    call: ({ method, path, body, contentType }) =>
      new Promise((resolve) => {
        const fail = (error: Error) => resolve({ status: 0, text: error.message });
        const outgoing = request(
          new URL(path, controlPlane.endpoint),
          {
            method,
            agent,
            signal: AbortSignal.timeout(LIMIT_MS),
            headers: {
              authorization: `Bearer ${controlPlane.adminToken}`,
              ...(contentType === undefined ? {} : { 'content-type': contentType }),
            },
          },
          (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (chunk: string) => {
              text += chunk;
            });
            response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
            response.on('error', fail);
          },
        );
        outgoing.on('error', fail);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
