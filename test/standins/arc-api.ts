import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ArcModel } from './arc-model.ts';
import { type ArcOperation, ArcPages, type ArcReply, failure, questionOf, replyTo } from './arc-routes.ts';
import { type Expected, refusalOf } from './arc-signature.ts';

export type { ArcOperation } from './arc-routes.ts';

/**
 * How the stand-in misbehaves. `slow` answers after the given time, without one not before `heal`; `empty` leaves out
 * every shift; `body` is sent with 200 as it stands.
 */
export type ArcFault =
  | 'throttled'
  | 'denied'
  | 'not-found'
  | 'invalid'
  | 'internal'
  | 'bad-gateway'
  | 'empty'
  | 'malformed'
  | 'reset'
  | 'slow'
  | { readonly slowMs: number }
  | { readonly body: string }
  | { readonly status: number; readonly code: string; readonly body?: string };

/** A request that arrived, whether it was answered or not. */
export interface SeenArcRequest {
  readonly operation: ArcOperation | undefined;
  readonly method: string;
  /** Path and query as they stood in the request line. */
  readonly target: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly signed: boolean;
}

export interface ArcApiOptions extends Partial<Omit<Expected, 'service'>> {
  /** The clock against which signatures are checked. */
  readonly now?: () => number;
  /** Where it listens. Default: 127.0.0.1; another address only inside a network namespace of the tests. */
  readonly host?: string;
}

/** The ARC Zonal Shift API on 127.0.0.1, from a model in memory. */
export interface ArcApi {
  readonly endpoint: string;
  readonly region: string;
  /** What it accepts. */
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** What it knows; tests change it as they like. */
  readonly model: ArcModel;
  readonly requests: SeenArcRequest[];
  /** How many requests of an operation arrived. */
  count(operation: ArcOperation): number;
  /** The most that a page has, whatever is asked for. */
  setPageSize(size: number): void;
  /** From now on, or for so many requests, an operation (or all) goes wrong. Of several, the first asked for is first. */
  misbehave(operation: ArcOperation | 'all', fault: ArcFault, times?: number): void;
  /** Ends all misbehaviour, and lets go whom it made wait. */
  heal(): void;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

interface PlannedFault {
  readonly operation: ArcOperation | 'all';
  readonly fault: ArcFault;
  left: number;
}

const FAILURES: Readonly<Record<string, ArcReply>> = {
  throttled: failure(429, 'ThrottlingException', 'Rate exceeded'),
  denied: failure(403, 'AccessDeniedException', 'User is not authorized to perform this action'),
  'not-found': failure(404, 'ResourceNotFoundException', 'not found'),
  invalid: failure(400, 'ValidationException', 'not valid', { reason: 'InvalidResourceIdentifier' }),
  internal: failure(500, 'InternalServerException', 'an internal error'),
  'bad-gateway': { status: 502, body: '<html><body>Bad Gateway</body></html>' },
  malformed: { status: 200, body: '{"items": [{"awayFrom": "use1-a' },
  empty: { status: 200, body: '{"items": [], "zonalShifts": [], "autoshifts": [], "appliedWeights": {}}' },
};

/** Starts the stand-in on a free port of 127.0.0.1; stop it when done. */
export async function startArcApi(options: ArcApiOptions = {}): Promise<ArcApi> {
  const {
    region = 'us-east-1',
    accessKeyId = 'AKIDEXAMPLE',
    secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken,
    now = Date.now,
    host = '127.0.0.1',
  } = options;
  const expected: Expected = {
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken,
    service: 'arc-zonal-shift',
  };
  const model = new ArcModel();
  const pages = new ArcPages();
  const requests: SeenArcRequest[] = [];
  const waiting = new Set<() => void>();
  let planned: PlannedFault[] = [];

  const nextFault = (operation: ArcOperation): ArcFault | undefined => {
    const found = planned.find((one) => one.operation === 'all' || one.operation === operation);
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) planned = planned.filter((one) => one !== found);
    return found.fault;
  };
  const untilHealed = () => new Promise<void>((resolve) => waiting.add(resolve));
  const heal = () => {
    planned = [];
    for (const release of waiting) release();
    waiting.clear();
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '' } = request;
    const body = await textOf(request);
    const headers = headersOf(request);
    const question = questionOf(method, target);
    const refused = refusalOf({ method, target, headers, body }, expected, now());
    requests.push({
      operation: question?.operation,
      method,
      target,
      query: question?.query ?? {},
      headers,
      signed: refused === undefined,
    });
    const date = new Date(now()).toUTCString();
    if (refused !== undefined) return send(response, failure(403, refused.code, refused.message), date);
    if (question === undefined)
      return send(response, failure(404, 'UnknownOperationException', target), date);
    const fault = nextFault(question.operation);
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'slow') await untilHealed();
    if (typeof fault === 'object' && 'slowMs' in fault) {
      await new Promise((resolve) => setTimeout(resolve, fault.slowMs));
    }
    send(response, faultyReply(fault) ?? replyTo(question, model, pages), date);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    endpoint: `http://${host}:${port}`,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    model,
    requests,
    count: (operation) => requests.filter((seen) => seen.operation === operation).length,
    setPageSize(size) {
      pages.size = size;
    },
    misbehave(operation, fault, times = Number.POSITIVE_INFINITY) {
      planned.push({ operation, fault, left: times });
    },
    heal,
    async stop() {
      heal();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `undefined` where the model answers. */
function faultyReply(fault: ArcFault | undefined): ArcReply | undefined {
  if (typeof fault === 'string') return FAILURES[fault];
  if (fault === undefined || 'slowMs' in fault) return undefined;
  if ('status' in fault) return { status: fault.status, code: fault.code, body: fault.body ?? '{}' };
  return { status: 200, body: fault.body };
}

function send(response: ServerResponse, { status, code, body }: ArcReply, date: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    date,
    'x-amzn-requestid': 'c0ffee00-0000-4000-8000-000000000000',
    ...(code === undefined ? {} : { 'x-amzn-errortype': `${code}:http://internal.amazon.com/coral/` }),
  });
  response.end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(',')]),
  );
}
