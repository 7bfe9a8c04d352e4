import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Expected, refusalOf } from './arc-signature.ts';

/** How the stand-in misbehaves. `slow` does not answer before `heal`; `body` is sent with 200 as it stands. */
export type Ec2Fault =
  | 'denied'
  | 'throttled'
  | 'unavailable'
  | 'bad-gateway'
  | 'malformed'
  | 'empty'
  | 'reset'
  | 'slow'
  | { readonly body: string }
  | { readonly status: number; readonly code: string };

/** A zone as the stand-in tells it. */
export interface StandInZone {
  readonly id: string;
  readonly name: string;
  readonly type?: 'availability-zone' | 'local-zone' | 'wavelength-zone';
  readonly parentId?: string;
  /** Told only with `AllAvailabilityZones`. */
  readonly optedOut?: boolean;
}

/** EC2's DescribeAvailabilityZones on 127.0.0.1. */
export interface Ec2Api {
  readonly endpoint: string;
  readonly region: string;
  /** What it accepts. */
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  /** What it tells; tests change it as they like. */
  zones: StandInZone[];
  /** The parameters of each request that arrived, answered or not. */
  readonly requests: Readonly<Record<string, string>>[];
  /** From now on, or for so many requests, it goes wrong. */
  misbehave(fault: Ec2Fault, times?: number): void;
  /** Ends misbehaviour, and lets go whom it made wait. */
  heal(): void;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** The version of EC2's API that DescribeAvailabilityZones with zone IDs belongs to. */
const VERSION = '2016-11-15';
const NAMESPACE = `http://ec2.amazonaws.com/doc/${VERSION}/`;
const REQUEST_ID = 'c0ffee00-0000-4000-8000-000000000000';

/** Starts the stand-in on a free port of 127.0.0.1; stop it when done. */
export async function startEc2Api(zones: readonly StandInZone[] = []): Promise<Ec2Api> {
  const credentials = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };
  const region = 'us-east-1';
  const expected: Expected = { ...credentials, region, service: 'ec2' };
  const waiting = new Set<() => void>();
  let fault: Ec2Fault | undefined;
  let faultsLeft = 0;

  const nextFault = (): Ec2Fault | undefined => {
    if (faultsLeft <= 0) return undefined;
    faultsLeft -= 1;
    return fault;
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '' } = request;
    const body = await textOf(request);
    const parameters = Object.fromEntries(new URLSearchParams(body));
    api.requests.push(parameters);
    const refused = refusalOf({ method, target, headers: headersOf(request), body }, expected, Date.now());
    if (refused !== undefined) return send(response, failure(401, 'AuthFailure', refused.message));
    const wrong = wrongQuestion(method, parameters);
    if (wrong !== undefined) return send(response, wrong);
    const now = nextFault();
    if (now === 'reset') return void request.socket.resetAndDestroy();
    if (now === 'slow') await new Promise<void>((resolve) => waiting.add(resolve));
    send(response, faultyReply(now) ?? answer(api.zones, parameters));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const api: Ec2Api = {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    credentials,
    zones: [...zones],
    requests: [],
    misbehave(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      faultsLeft = times;
    },
    heal() {
      faultsLeft = 0;
      for (const release of waiting) release();
      waiting.clear();
    },
    async stop() {
      api.heal();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}

function wrongQuestion(method: string, { Action, Version }: Readonly<Record<string, string>>) {
  if (method !== 'POST') return failure(405, 'InvalidRequest', `${method} is not served here`);
  if (Action !== 'DescribeAvailabilityZones')
    return failure(400, 'InvalidAction', `The action ${Action} is not valid for this web service.`);
  return Version === VERSION ? undefined : failure(400, 'InvalidParameterValue', `Version ${Version}`);
}

/** `undefined` where the zones are told. */
function faultyReply(fault: Ec2Fault | undefined): Reply | undefined {
  if (typeof fault === 'object') {
    return 'body' in fault
      ? { status: 200, body: fault.body }
      : failure(fault.status, fault.code, 'as the test asked for');
  }
  const replies: Readonly<Record<string, Reply>> = {
    denied: failure(403, 'UnauthorizedOperation', 'You are not authorized to perform this operation.'),
    throttled: failure(503, 'RequestLimitExceeded', 'Request limit exceeded.'),
    unavailable: failure(503, 'Unavailable', 'The service is unavailable.'),
    'bad-gateway': { status: 502, body: '<html><body>Bad Gateway</body></html>' },
    malformed: { status: 200, body: '<DescribeAvailabilityZonesResponse><availabilityZoneInfo><item>' },
    empty: answer([], {}),
  };
  return fault === undefined ? undefined : replies[fault];
}

function answer(zones: readonly StandInZone[], parameters: Readonly<Record<string, string>>): Reply {
  const all = parameters.AllAvailabilityZones === 'true';
  const items = zones.filter(({ optedOut }) => all || optedOut !== true).map(item);
  const body = [
    `<DescribeAvailabilityZonesResponse xmlns="${NAMESPACE}"><requestId>${REQUEST_ID}</requestId>`,
    `<availabilityZoneInfo>${items.join('')}</availabilityZoneInfo>`,
    '</DescribeAvailabilityZonesResponse>',
  ];
  return { status: 200, body: xml(body.join('')) };
}

/** One zone, with the elements of EC2's API reference (AvailabilityZone). */
function item({ id, name, type = 'availability-zone', parentId, optedOut }: StandInZone): string {
  const parts = {
    optInStatus: optedOut === true ? 'not-opted-in' : 'opt-in-not-required',
    regionName: 'us-east-1',
    zoneId: id,
    zoneName: name,
    zoneState: 'available',
    zoneType: type,
    ...(parentId === undefined ? {} : { parentZoneId: parentId }),
  };
  const elements = Object.entries(parts).map(([key, value]) => `<${key}>${value}</${key}>`);
  return `<item>${elements.join('')}<messageSet/></item>`;
}

function failure(status: number, code: string, message: string): Reply {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    body: xml(`<Response><Errors>${error}</Errors><RequestID>${REQUEST_ID}</RequestID></Response>`),
  };
}

const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', date: new Date().toUTCString() });
  response.end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join() : `${value}`,
    ]),
  );
}
