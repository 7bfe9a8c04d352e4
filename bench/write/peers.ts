import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { labelOf } from '../../shared/catalog/catalog.ts';
import { freePorts } from '../../test/control-plane/free-ports.ts';
import { type SupervisedProcess, startProcess } from '../../test/control-plane/supervised-process.ts';
import { ROOT, startProductProcess } from '../../test/installation/product-process.ts';
import { until } from '../../test/installation/until.ts';
import { makeAuthority, signLeaf } from '../../webhook/certificates/authority.ts';
import { controllerRuntimeBinary } from './controller-runtime-binary.ts';

/** A process that answers admission, and how it is reached. */
export interface RunningWebhook {
  readonly pid: number;
  readonly port: number;
  readonly caPem: string;
  /** By the step of admission, the path that is called; a step without one is not asked. */
  readonly paths: { readonly mutate: string; readonly validate?: string };
  stop(): Promise<void>;
}

/** The certificates of the peers, as files. */
export interface PeerCertificates {
  readonly folder: string;
  readonly caPem: string;
}

/** `tls.crt` and `tls.key` for 127.0.0.1 in a folder. */
export async function certificatesIn(folder: string): Promise<PeerCertificates> {
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, ['127.0.0.1'], now);
  writeFileSync(join(folder, 'tls.crt'), leaf.certPem);
  writeFileSync(join(folder, 'tls.key'), leaf.keyPem, { mode: 0o600 });
  return { folder, caPem: authority.certificatePem };
}

/** What the bare server answers: it says that it was here, so that a run can be checked. */
const BARE_PATCH = [{ op: 'add', path: '/metadata/annotations/bench', value: 'bare' }];

/** A bare Node https server that parses the body and answers a constant: no logic, in one step or in both. */
export async function startBare(
  { folder, caPem }: PeerCertificates,
  paths: RunningWebhook['paths'],
): Promise<RunningWebhook> {
  const patch = Buffer.from(JSON.stringify(BARE_PATCH)).toString('base64');
  const server = await startProductProcess({
    name: `bare-${Date.now()}`,
    program: 'bench/admission/bare-server.ts',
    args: [join(folder, 'tls.crt'), join(folder, 'tls.key'), patch],
    dir: folder,
    detached: false,
    isUp: (line) => typeof line.port === 'number',
  });
  const port = Number(server.lines().at(-1)?.port);
  return { pid: server.pid, port, caPem, paths, stop: () => server.stop('SIGKILL') };
}

/** A webhook of controller-runtime that prunes the zone and counts types. */
export async function startControllerRuntime(
  { folder, caPem }: PeerCertificates,
  zone: string,
): Promise<RunningWebhook> {
  const types = join(folder, 'types.json');
  writeFileSync(types, JSON.stringify(labelsOfTypes()));
  const [port = 0] = await freePorts(1);
  const server: SupervisedProcess = await startProcess({
    command: await controllerRuntimeBinary(),
    args: ['-port', String(port), '-cert-dir', folder, '-types', types, '-zone', zone],
    cwd: ROOT,
    logFile: join(folder, 'controller-runtime.log'),
    detached: false,
  });
  await until('controller-runtime serves', async () => {
    if (!server.isRunning()) throw new Error(`it ended at its start:\n${server.logTail()}`);
    // Whatever it answers to a plain request, it listens.
    return fetch(`http://127.0.0.1:${port}/`).then(() => true);
  });
  const paths = { mutate: '/mutate', validate: '/validate' };
  return { pid: server.identity.pid, port, caPem, paths, stop: () => server.stop('SIGKILL', 5000) };
}

/** The labels of the 1,386 bundled types, one object a type. */
function labelsOfTypes(): Record<string, string>[] {
  const catalog = bundledCatalog();
  return catalog.types.map((_, type) =>
    Object.fromEntries(
      [...catalog.columns.keys()].flatMap((key) => {
        const label = labelOf(catalog, type, key);
        return label === undefined ? [] : [[key, label]];
      }),
    ),
  );
}
