import type { ServerResponse } from 'node:http';

/** How a call goes wrong. */
export type Fault =
  /** None: lets the faults behind it wait for a later call. */
  | { kind: 'pass' }
  /** An error answer. */
  | { kind: 'status'; status: number; reason?: string; message?: string; headers?: Record<string, string> }
  /** A 200 with this body. */
  | { kind: 'body'; body: string }
  /** The connection is reset before anything is answered. */
  | { kind: 'reset' }
  /** Nothing is ever answered. */
  | { kind: 'hang' }
  /** The head and the beginning of an answer, then a reset. */
  | { kind: 'broken-off' }
  /** The head and the beginning of an answer, then nothing more. */
  | { kind: 'stalled' }
  /** A watch that is accepted and closed in order at once. */
  | { kind: 'close' }
  /** A watch that is accepted and never says anything, without ending: half-open. */
  | { kind: 'silent' }
  /** A watch that begins with this line and goes on as it should. */
  | { kind: 'line'; line: string };

/** Does what a fault does instead of an answer; false for those that only change how a watch goes on. */
export function strike(fault: Fault, response: ServerResponse): boolean {
  switch (fault.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'broken-off':
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"kind":', () => response.socket?.resetAndDestroy());
      return true;
    case 'stalled':
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"kind":');
      return true;
    case 'body':
      response.end(fault.body);
      return true;
    case 'status':
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      sendStatus(response, fault.status, fault.reason, fault.message ?? 'a fault of the test');
      return true;
    default:
      return false;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Answers with a Status object, as the API server does for errors and for a delete. */
export function sendStatus(
  response: ServerResponse,
  code: number,
  reason: string | undefined,
  message: string,
): void {
  sendJson(response, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, code, reason, message });
}
