import { createServer, type IncomingMessage } from 'node:http';

/** How the stand-in misbehaves. `slow` never answers; `body` is sent with 200 as it stands. */
export type TypesFault =
  | 'slow'
  | 'reset'
  | { readonly body: string }
  | { readonly status: number; readonly code: string };

/** A type as the stand-in tells it, with little besides its name. */
export interface StandInType {
  readonly name: string;
  readonly architecture?: string;
  readonly cpu?: number;
  readonly usageClasses?: readonly string[];
  /** Zone IDs. */
  readonly zones: readonly string[];
}

/** EC2's DescribeInstanceTypes and DescribeInstanceTypeOfferings on 127.0.0.1, a few entries a page. */
export interface Ec2TypesApi {
  readonly endpoint: string;
  /** The parameters of each request that arrived, answered or not. */
  readonly requests: Readonly<Record<string, string>>[];
  /** The next so many requests, of one operation or of any, go wrong. */
  misbehave(fault: TypesFault, times?: number, action?: string): void;
  /** From now on every page names a next one. */
  neverEnd(): void;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** Starts the stand-in on a free port; stop it when done. It takes any credentials. */
export async function startEc2TypesApi(types: readonly StandInType[], pageSize = 2): Promise<Ec2TypesApi> {
  let fault: { readonly what: TypesFault; readonly action: string | undefined } | undefined;
  let faultsLeft = 0;
  let ends = true;

  const nextFault = (action: string | undefined): TypesFault | undefined => {
    if (faultsLeft <= 0 || (fault?.action !== undefined && fault.action !== action)) return undefined;
    faultsLeft -= 1;
    return fault?.what;
  };

  /** A page of items, and the token of the next. */
  const page = (items: readonly string[], token: string | undefined): string => {
    const start = Number(token ?? 0);
    const next = start + pageSize;
    const more = ends ? next < items.length : true;
    const shown = items.slice(start, next).map((item) => `<item>${item}</item>`);
    return `${shown.join('')}</set>${more ? `<nextToken>${ends ? next : 0}</nextToken>` : ''}`;
  };

  const answer = (parameters: Readonly<Record<string, string>>): string | undefined => {
    const { Action: action, NextToken: token, LocationType: by } = parameters;
    if (action === 'DescribeInstanceTypes') {
      return wrapped(action, 'instanceTypeSet', page(types.map(typeXml), token));
    }
    if (action !== 'DescribeInstanceTypeOfferings' || by !== 'availability-zone-id') return undefined;
    const items = types.flatMap(({ name, zones }) => zones.map((zone) => offeringXml(name, zone)));
    return wrapped(action, 'instanceTypeOfferingSet', page(items, token));
  };

  const server = createServer(async (request, response) => {
    const parameters = Object.fromEntries(new URLSearchParams(await textOf(request)));
    api.requests.push(parameters);
    const send = (status: number, body: string) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    const now = nextFault(parameters.Action);
    if (now === 'slow') return;
    if (now === 'reset') return void request.socket.resetAndDestroy();
    if (now !== undefined && 'body' in now) return void send(200, now.body);
    if (now !== undefined) return void send(now.status, failure(now.code));
    const body = answer(parameters);
    send(body === undefined ? 400 : 200, body ?? failure('InvalidParameterValue'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const api: Ec2TypesApi = {
    endpoint: `http://127.0.0.1:${port}`,
    requests: [],
    misbehave(what, times = Number.POSITIVE_INFINITY, action = undefined) {
      fault = { what, action };
      faultsLeft = times;
    },
    neverEnd() {
      ends = false;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}

function wrapped(action: string, set: string, page: string): string {
  const content = page.replace('</set>', `</${set}>`);
  return `<${action}Response xmlns="${NAMESPACE}"><requestId>r</requestId><${set}>${content}</${action}Response>`;
}

/** With the elements of EC2's API reference (InstanceTypeInfo). */
function typeXml({
  name,
  architecture = 'x86_64',
  cpu = 2,
  usageClasses = ['on-demand', 'spot'],
}: StandInType) {
  const list = (element: string, values: readonly string[]) =>
    `<${element}>${values.map((value) => `<item>${value}</item>`).join('')}</${element}>`;
  return [
    `<instanceType>${name}</instanceType>`,
    list('supportedUsageClasses', usageClasses),
    list('supportedVirtualizationTypes', ['hvm']),
    '<hypervisor>nitro</hypervisor>',
    `<processorInfo>${list('supportedArchitectures', [architecture])}<manufacturer>Intel</manufacturer>`,
    '<sustainedClockSpeedInGhz>3.1</sustainedClockSpeedInGhz></processorInfo>',
    `<vCpuInfo><defaultVCpus>${cpu}</defaultVCpus></vCpuInfo>`,
    '<memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo>',
    '<networkInfo><networkPerformance>10 Gigabit</networkPerformance></networkInfo>',
  ].join('');
}

function offeringXml(name: string, zone: string): string {
  return `<instanceType>${name}</instanceType><locationType>availability-zone-id</locationType><location>${zone}</location>`;
}

function failure(code: string): string {
  const error = `<Error><Code>${code}</Code><Message>as the test asked for</Message></Error>`;
  return `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
