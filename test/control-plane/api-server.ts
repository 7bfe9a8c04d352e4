import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { apiRequest } from './api-request.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import { filesIn } from './control-plane-folder.ts';
import { etcdEndpoint } from './etcd.ts';
import { freePorts } from './free-ports.ts';
import { type SupervisedProcess, startProcess } from './supervised-process.ts';

export interface ApiServerSpec {
  readonly binary: string;
  readonly dir: string;
  readonly adminToken: string;
  readonly detached: boolean;
  /** Appended to the flags below; the last one of a name wins. */
  readonly extraArgs: readonly string[];
  readonly readyTimeoutMs: number;
}

export interface RunningApiServer {
  readonly process: SupervisedProcess;
  readonly port: number;
}

const portAttempts = 5;

/**
 * Starts kube-apiserver on a free port and waits until it serves. It cannot take port 0 and say what it got, so a
 * port is picked before; should another process take it in between, the next one is tried.
 */
export async function startApiServer(spec: ApiServerSpec, pickPort = freePort): Promise<RunningApiServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await pickPort();
    try {
      return await startApiServerOn(port, spec);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === portAttempts) throw error;
    }
  }
}

/** Starts kube-apiserver on this very port, for a restart that clients shall not notice but for the gap. */
export async function startApiServerOn(port: number, spec: ApiServerSpec): Promise<RunningApiServer> {
  const process = await startProcess({
    command: spec.binary,
    args: [...flags(port, spec.dir), ...spec.extraArgs],
    cwd: spec.dir,
    logFile: filesIn(spec.dir).apiServerLog,
    detached: spec.detached,
  });
  try {
    await untilServing(process, port, spec);
    return { process, port };
  } catch (error) {
    await process.stop('SIGKILL');
    throw error;
  }
}

class PortTaken extends ControlPlaneError {}

function flags(port: number, dir: string): string[] {
  const files = filesIn(dir);
  return [
    `--etcd-servers=${etcdEndpoint}`,
    `--cert-dir=${files.certs}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    // No controller runs that would make the default service accounts, without which no pod would be admitted.
    '--disable-admission-plugins=ServiceAccount',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    // The default writes the loopback address into Endpoints, which the API refuses, again and again.
    '--endpoint-reconciler-type=none',
    '--profiling=false',
    // Go's own memory settings are left as they are, for the benchmarks' sake; with GOGC=50 in the environment the
    // process takes 255 MB instead of 300 MB.
  ];
}

async function untilServing(process: SupervisedProcess, port: number, spec: ApiServerSpec): Promise<void> {
  const deadline = Date.now() + spec.readyTimeoutMs;
  while (!(await serves(port, spec))) {
    if (!process.isRunning()) throw startFailed('ended', process, spec);
    if (Date.now() > deadline)
      throw startFailed(`was not ready after ${spec.readyTimeoutMs / 1000} s`, process, spec);
    await delay(50);
  }
}

/** Ready means that tests can begin: /readyz, and the namespace that a controller inside makes a little later. */
async function serves(port: number, spec: ApiServerSpec): Promise<boolean> {
  try {
    const target = {
      endpoint: endpointOf(port),
      ca: readFileSync(filesIn(spec.dir).ca, 'utf8'),
      token: spec.adminToken,
    };
    for (const path of ['/readyz', '/api/v1/namespaces/default']) {
      // A stranger on a port that was taken may accept and never answer: look at our process again soon.
      if ((await apiRequest(target, { method: 'GET', path, timeoutMs: 2000 })).status !== 200) return false;
    }
    return true;
  } catch {
    return false; // No certificate yet, or nobody listens yet.
  }
}

export function endpointOf(port: number): string {
  return `https://127.0.0.1:${port}`;
}

function startFailed(what: string, process: SupervisedProcess, spec: ApiServerSpec): ControlPlaneError {
  const tail = process.logTail();
  const message =
    `kube-apiserver ${what}. The end of ${filesIn(spec.dir).apiServerLog}:\n${tail}\n` +
    'A flag or feature gate of the options that this version does not know ends it at once; too little memory ' +
    '(it needs about 300 MB) or a very busy machine makes it slow.';
  return tail.includes('address already in use')
    ? new PortTaken('port-taken', message)
    : new ControlPlaneError('start-failed', message);
}

async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}
