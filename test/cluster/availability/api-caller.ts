import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { messageOf } from '../../../shared/errors/zonewarden-error.ts';
import { type ApiRequest, apiRequest } from '../../control-plane/api-request.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

export interface Called {
  /** 0: no answer came. */
  readonly status: number;
  /** The body; without an answer, why none came. */
  readonly text: string;
}

export type Call = Pick<ApiRequest, 'method' | 'path' | 'body' | 'contentType'>;

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
  const target = {
    endpoint: controlPlane.endpoint,
    ca: readFileSync(controlPlane.caFile, 'utf8'),
    token: controlPlane.adminToken,
  };
  const agent = new Agent({ keepAlive: true, ca: target.ca });
  return {
    call: (call) =>
      apiRequest(target, { ...call, agent, timeoutMs: LIMIT_MS }).catch((error: unknown) => ({
        status: 0,
        text: messageOf(error),
      })),
    close: () => agent.destroy(),
  };
}
