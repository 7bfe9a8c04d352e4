import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { autoshiftEvent } from '../../demo/events.ts';
import { resources } from '../../shared/kube/resource.ts';
import { askedPath } from '../../test/installation/asked-path.ts';
import { type Installation, install } from '../../test/installation/installation.ts';
import { startProductProcess } from '../../test/installation/product-process.ts';
import { until } from '../../test/installation/until.ts';
import { makeAuthority, signLeaf } from '../../webhook/certificates/authority.ts';
import { cpuMicroseconds, pin, residentMib } from '../process-cost.ts';
import { percentile, type Spread, spread } from '../statistics.ts';
import { load } from './load.ts';
import { declaredNodePool, reviewBody } from './review-body.ts';

const CONNECTIONS = 10;
/** V8 takes some ten thousand requests until it has optimised what they run through. */
const WARM_UP_SECONDS = 8;
const SERVER_CORE = 0;
const CLIENT_CORE = 1;

/** One server in one round. */
export interface Measured {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerRequest: number;
  readonly rssMib: number;
}

export type Figures = Readonly<Record<keyof Measured, Spread>>;

export interface AdmissionResult {
  readonly machine: string;
  readonly pinned: boolean;
  readonly bodyBytes: number;
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly product: Figures;
  readonly bare: Figures;
  /** Product over bare, of the two that ran beside each other in each round. */
  readonly ratio: { readonly requestsPerSecond: Spread; readonly cpuUsPerRequest: Spread };
}

interface Server {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly caPem: string;
  stop(): Promise<void>;
}

/** Runs product and bare server in turn, each as a fresh process in every round. */
export async function benchAdmission(options: {
  readonly rounds: number;
  readonly seconds: number;
  onRound(round: number, which: string, measured: Measured): void;
}): Promise<AdmissionResult> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-bench-'));
  const installation = await install();
  try {
    const { body, patch } = await prepare(installation);
    const product = { measured: [] as Measured[], start: () => startProduct(installation) };
    const bare = { measured: [] as Measured[], start: () => startBare(folder, patch) };
    const pinned = pin(process.pid, CLIENT_CORE);
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const [which, one] of Object.entries({ product, bare })) {
        const measured = await measure(await one.start(), { body, patch, seconds: options.seconds });
        one.measured.push(measured);
        options.onRound(round, which, measured);
      }
    }
    const ratioOf = (field: keyof Measured) =>
      spread(product.measured.map((one, index) => one[field] / (bare.measured[index]?.[field] ?? 1)));
    return {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      pinned,
      bodyBytes: Buffer.byteLength(body),
      rounds: options.rounds,
      secondsPerRound: options.seconds,
      product: figuresOf(product.measured),
      bare: figuresOf(bare.measured),
      ratio: { requestsPerSecond: ratioOf('requestsPerSecond'), cpuUsPerRequest: ratioOf('cpuUsPerRequest') },
    };
  } finally {
    await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shifts a zone away, stores a NodePool, and takes the patch of a first answer for the bare server's constant. */
async function prepare(installation: Installation): Promise<{ body: string; patch: string }> {
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', 'use1-az1'));
  const declared = declaredNodePool();
  const { value: stored } = await until('the NodePool is stored pruned', async () => {
    await installation.client.delete(resources.nodePools, { name: 'bench' }).catch(() => undefined);
    const created = await installation.client.create(resources.nodePools, declared);
    return JSON.stringify(created).includes('zonewarden.io/declared') ? created : undefined;
  });
  const body = reviewBody(declared, stored);
  const server = await startProduct(installation);
  let patch = '';
  await load({
    ...server,
    body,
    connections: 1,
    seconds: 0.01,
    isRight(answer) {
      patch = (JSON.parse(answer) as { response: { patch?: string } }).response.patch ?? '';
      return prunes(patch);
    },
  });
  return { body, patch };
}

/** Whether a patch, as an answer carries it, leaves the NodePool with the two healthy zones. */
function prunes(patch: string): boolean {
  const operations = Buffer.from(patch, 'base64').toString('utf8');
  return operations.includes('["us-east-1b","us-east-1c"]');
}

async function startProduct({ webhook, webhookUrl, client }: Installation): Promise<Server> {
  await webhook.stop('SIGKILL');
  await webhook.start();
  const secret = await client.get(resources.secrets, {
    namespace: 'zonewarden',
    name: 'zonewarden-webhook-ca',
  });
  const pem = (secret.data as Record<string, string>)['tls.crt'] ?? '';
  return {
    pid: webhook.pid,
    port: Number(new URL(webhookUrl).port),
    path: await askedPath(client, 'mutate'),
    caPem: Buffer.from(pem, 'base64').toString('utf8'),
    stop: async () => {},
  };
}

async function startBare(folder: string, patch: string): Promise<Server> {
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, ['127.0.0.1'], now);
  writeFileSync(join(folder, 'tls.crt'), leaf.certPem);
  writeFileSync(join(folder, 'tls.key'), leaf.keyPem, { mode: 0o600 });
  rmSync(join(folder, 'bare.log'), { force: true });
  const server = await startProductProcess({
    name: 'bare',
    program: 'bench/admission/bare-server.ts',
    args: [join(folder, 'tls.crt'), join(folder, 'tls.key'), patch],
    dir: folder,
    detached: false,
    isUp: (line) => typeof line.port === 'number',
  });
  const port = Number(server.lines().at(-1)?.port);
  return {
    pid: server.pid,
    port,
    path: '/mutate',
    caPem: authority.certificatePem,
    stop: () => server.stop('SIGKILL'),
  };
}

async function measure(
  server: Server,
  { body, patch, seconds }: { readonly body: string; readonly patch: string; readonly seconds: number },
): Promise<Measured> {
  pin(server.pid, SERVER_CORE);
  const isRight = (answer: string) =>
    answer.includes('"allowed":true') && answer.includes(`"patch":"${patch}"`);
  const run = (duration: number) =>
    load({ ...server, body, connections: CONNECTIONS, seconds: duration, isRight });
  await run(WARM_UP_SECONDS);
  const before = cpuMicroseconds(server.pid);
  const { latenciesMs, seconds: took } = await run(seconds);
  const cpu = cpuMicroseconds(server.pid) - before;
  const rssMib = residentMib(server.pid);
  await server.stop();
  const sorted = [...latenciesMs].sort((left, right) => left - right);
  return {
    requestsPerSecond: sorted.length / took,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    cpuUsPerRequest: cpu / sorted.length,
    rssMib,
  };
}

function figuresOf(measured: readonly Measured[]): Figures {
  const of = (field: keyof Measured) => spread(measured.map((one) => one[field]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuUsPerRequest: of('cpuUsPerRequest'),
    rssMib: of('rssMib'),
  };
}
