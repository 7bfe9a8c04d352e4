import type { IncomingMessage } from 'node:http';
import { openCallScope } from './call-scope.ts';
import { decodeStatus } from './decode.ts';
import { codeOfStatus, KubeError, unreachable } from './errors.ts';
import type { HttpCall, Transport } from './transport.ts';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call with `kube.aborted`. */
  signal?: AbortSignal | undefined;
  /** Time for the whole call, in milliseconds; then it ends with `kube.timeout`. 10 s when not set. */
  timeoutMs?: number | undefined;
}

/** Sends one call, reads the whole answer and returns its body. @throws KubeError for every way in which it can fail. */
export async function callApi(
  transport: Transport,
  call: HttpCall,
  options: { signals: readonly (AbortSignal | undefined)[]; timeoutMs: number },
): Promise<string> {
  const scope = openCallScope(call.where, options.signals);
  scope.expireIn(options.timeoutMs, 'kube.timeout', `no answer within ${options.timeoutMs} ms`);
  try {
    const response = await transport.send(call, scope.signal);
    const body = await readBody(response, call);
    throwIfFailed(response, body, call);
    return body;
  } catch (error) {
    const blamed = scope.blame(error);
    // Silence on one connection makes the others to the same place suspect: do not run into each of them in turn.
    if (blamed instanceof KubeError && blamed.code === 'kube.timeout') transport.dropIdle();
    throw blamed;
  } finally {
    scope.close();
  }
}

/** Reads an answer to its end. @throws KubeError `kube.unreachable` when the connection breaks before. */
async function readBody(response: IncomingMessage, call: HttpCall): Promise<string> {
  response.setEncoding('utf8');
  let body = '';
  try {
    for await (const chunk of response) body += chunk;
  } catch (error) {
    throw unreachable(`${call.where}: the answer broke off`, error);
  }
  return body;
}

/** Turns an answer of 300 and above into the error that it stands for. */
export function throwIfFailed(response: IncomingMessage, body: string, call: HttpCall): void {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return;
  const said = decodeStatus(body);
  throw new KubeError(
    codeOfStatus(status, said.reason),
    `${call.where}: the server answered ${status} ${said.reason ?? ''}: ${said.message ?? body.slice(0, 200)}`,
    {
      status,
      reason: said.reason,
      retryAfterSeconds: retryAfterOf(response.headers['retry-after']) ?? said.retryAfterSeconds,
    },
  );
}

/** The API server sends seconds; the date form of RFC 9110 may come from a proxy and is left out. */
function retryAfterOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** Reads the answer of a stream that was refused, for its error. */
export async function readRefusal(response: IncomingMessage, call: HttpCall): Promise<never> {
  throwIfFailed(response, await readBody(response, call), call);
  throw new KubeError('kube.undecodable', `${call.where}: the server refused without an error`);
}
