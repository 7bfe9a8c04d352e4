import { createServer, type IncomingMessage } from 'node:http';

/** EC2's DescribeInstanceTypes and DescribeInstanceTypeOfferings on 127.0.0.1, as far as a catalogue needs them. */
export interface Ec2InstanceTypes {
  readonly endpoint: string;
  /** The actions that were asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

const VERSION = '2016-11-15';

/** Tells of types named `m5.large` that all zones offer. No signature is looked at: test/standins/ec2-api.ts does. */
export async function startEc2InstanceTypes(
  types: readonly string[],
  zoneIds: readonly string[],
): Promise<Ec2InstanceTypes> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const action = new URLSearchParams(await textOf(request)).get('Action') ?? '';
    asked.push(action);
    const items =
      action === 'DescribeInstanceTypes'
        ? ['instanceTypeSet', types.map(instanceType)]
        : ['instanceTypeOfferingSet', types.flatMap((type) => zoneIds.map((zone) => offering(type, zone)))];
    const [set, list] = items;
    const body = `<${set}>${[list].flat().join('')}</${set}>`;
    response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/${VERSION}/">` +
        `<requestId>c0ffee00</requestId>${body}</${action}Response>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function instanceType(name: string): string {
  return [
    '<item>',
    `<instanceType>${name}</instanceType><hypervisor>nitro</hypervisor>`,
    '<supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses>',
    '<supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes>',
    '<processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>',
    '<vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo>',
    '<memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo>',
    '<networkInfo><networkPerformance>Up to 10 Gigabit</networkPerformance></networkInfo>',
    '</item>',
  ].join('');
}

function offering(type: string, zoneId: string): string {
  return `<item><instanceType>${type}</instanceType><locationType>availability-zone-id</locationType><location>${zoneId}</location></item>`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
