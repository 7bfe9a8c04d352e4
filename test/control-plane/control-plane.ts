import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiServerSpec, endpointOf, startApiServer, startApiServerOn } from './api-server.ts';
import { type Binaries, ensureBinaries } from './binaries.ts';
import {
  type ControlPlaneState,
  filesIn,
  isInUse,
  ownIdentity,
  prepareFolder,
  readState,
  writeState,
} from './control-plane-folder.ts';
import { startEtcd } from './etcd.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type KubectlOptions, type KubectlResult, runKubectl } from './kubectl.ts';
import { requestServiceAccountToken } from './service-account-token.ts';
import { adoptProcess, type SupervisedProcess } from './supervised-process.ts';

export interface ControlPlaneOptions {
  /** Flags of kube-apiserver, appended to the defaults: `['--audit-log-path=...']`. */
  readonly extraApiServerArgs?: readonly string[];
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** True: it goes on when this process ends, until `stop()`, here or after `attachControlPlane(dir)`. */
  readonly detached?: boolean;
  /** An empty or absent folder; removed by `stop()`. Default: a new one in the temporary directory. */
  readonly dir?: string;
  /** Default: `ensureBinaries()`. */
  readonly binaries?: Binaries;
  /** Default: 60 s. */
  readonly readyTimeoutMs?: number;
}

export interface KubeconfigOptions {
  readonly token: string;
  /** Name of the user in the file, and part of the file's name. */
  readonly user: string;
  readonly namespace?: string;
}

/** A running kube-apiserver with its etcd. */
export interface ControlPlane {
  readonly dir: string;
  /** `https://127.0.0.1:port` */
  readonly endpoint: string;
  /** PEM file that verifies the endpoint. */
  readonly caFile: string;
  /** Token of a member of system:masters. */
  readonly adminToken: string;
  readonly kubeconfigPath: string;
  readonly binaries: Binaries;
  readonly logs: { readonly etcd: string; readonly apiServer: string };
  readonly pids: { readonly etcd: number; readonly apiServer: number };
  /** Runs kubectl as admin; throws unless it succeeds or `allowFailure` is set. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** Writes a kubeconfig for a token into `dir` and returns its path. */
  kubeconfigFor(options: KubeconfigOptions): string;
  /** Asks for a token of a service account that exists (TokenRequest API), and writes a kubeconfig with it. */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
  /** Ends kube-apiserver as a rollout does (SIGTERM, then SIGKILL after 10 s) and starts it on the same port. */
  restartApiServer(): Promise<void>;
  /** Ends one of the two, as an outage does; `stop()` is still to be called. What etcd has stored stays. */
  halt(which: 'etcd' | 'apiServer'): Promise<void>;
  /** Starts what was halted, with the same data and on the same port, and returns when the API serves. */
  resume(): Promise<void>;
  /** Ends both processes, waits until they are gone and removes `dir`. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts etcd and kube-apiserver and returns when the API serves; several run side by side. Unless detached, both
 * die with this process, also when it is killed (supervised-process.ts says how). Throws `ControlPlaneError` with the
 * end of the log when the start fails; the folder is removed then.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = options.binaries ?? (await ensureBinaries());
  const { dir, adminToken } = prepareFolder(options.dir);
  const state: ControlPlaneState = {
    dir,
    detached: options.detached ?? false,
    owner: ownIdentity(),
    adminToken,
    binaries,
    apiServerArgs: apiServerArgs(options),
    processes: {},
  };
  writeState(state);
  const started: SupervisedProcess[] = [];
  try {
    const etcd = await startEtcd(binaries.etcd, dir, state.detached);
    started.push(etcd);
    state.processes.etcd = etcd.identity;
    writeState(state);
    const { process, port } = await startApiServer(apiServerSpec(state, options.readyTimeoutMs));
    state.processes.apiServer = process.identity;
    state.port = port;
    writeState(state);
    return new ControlPlaneHandle(state, port, etcd, process);
  } catch (error) {
    await Promise.all(started.map((process) => process.stop('SIGKILL')));
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

/** A control plane that another process started with this `dir`; undefined where none runs. */
export function attachControlPlane(dir: string): ControlPlane | undefined {
  const state = readState(dir);
  if (state === undefined || !isInUse(state)) return undefined;
  const { etcd, apiServer } = state.processes;
  if (etcd === undefined || apiServer === undefined || state.port === undefined) return undefined;
  const { etcdLog, apiServerLog } = filesIn(dir);
  return new ControlPlaneHandle(
    state,
    state.port,
    adoptProcess(etcd, etcdLog),
    adoptProcess(apiServer, apiServerLog),
  );
}

/**
 * Ends whatever still runs of a control plane that was started with this `dir`, also of one whose start was cut
 * short, and removes the folder. Returns false where there was none.
 */
export async function removeControlPlane(dir: string): Promise<boolean> {
  const state = readState(dir);
  if (state === undefined) return false;
  const { etcd, apiServer } = state.processes;
  const running = [etcd, apiServer].filter((process) => process !== undefined);
  await Promise.all(running.map((process) => adoptProcess(process, '').stop('SIGKILL')));
  rmSync(dir, { recursive: true, force: true });
  return true;
}

class ControlPlaneHandle implements ControlPlane {
  readonly dir: string;
  readonly endpoint: string;
  readonly caFile: string;
  readonly adminToken: string;
  readonly kubeconfigPath: string;
  readonly binaries: Binaries;
  readonly logs: ControlPlane['logs'];
  readonly #ca: string;
  readonly #state: ControlPlaneState;
  readonly #port: number;
  #etcd: SupervisedProcess;
  #apiServer: SupervisedProcess;
  #stopped = false;

  constructor(state: ControlPlaneState, port: number, etcd: SupervisedProcess, apiServer: SupervisedProcess) {
    const files = filesIn(state.dir);
    this.#state = state;
    this.#port = port;
    this.#etcd = etcd;
    this.#apiServer = apiServer;
    this.#ca = readFileSync(files.ca, 'utf8');
    this.dir = state.dir;
    this.endpoint = endpointOf(port);
    this.caFile = files.ca;
    this.adminToken = state.adminToken;
    this.binaries = state.binaries;
    this.logs = { etcd: files.etcdLog, apiServer: files.apiServerLog };
    this.kubeconfigPath = this.#writeKubeconfig(files.kubeconfig, { token: state.adminToken, user: 'admin' });
  }

  get pids() {
    return { etcd: this.#etcd.identity.pid, apiServer: this.#apiServer.identity.pid };
  }

  kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<KubectlResult> {
    return runKubectl({
      kubeconfig: this.kubeconfigPath,
      ...options,
      binary: this.binaries.kubectl,
      args,
      cacheDir: filesIn(this.dir).kubectlCache,
    });
  }

  kubeconfigFor(options: KubeconfigOptions): string {
    const file = join(this.dir, `kubeconfig-${options.user.replaceAll(/[^\w.-]/g, '_')}`);
    return this.#writeKubeconfig(file, options);
  }

  async serviceAccountKubeconfig(namespace: string, name: string): Promise<string> {
    const target = { endpoint: this.endpoint, ca: this.#ca, token: this.adminToken };
    const token = await requestServiceAccountToken(target, namespace, name);
    return this.kubeconfigFor({ token, user: `system:serviceaccount:${namespace}:${name}`, namespace });
  }

  async restartApiServer(): Promise<void> {
    await this.#apiServer.stop('SIGTERM');
    await this.#startApiServer();
  }

  async halt(which: 'etcd' | 'apiServer'): Promise<void> {
    await (which === 'etcd' ? this.#etcd : this.#apiServer).stop('SIGKILL');
  }

  async resume(): Promise<void> {
    if (!this.#etcd.isRunning()) {
      this.#etcd = await startEtcd(this.binaries.etcd, this.dir, this.#state.detached);
      this.#state.processes.etcd = this.#etcd.identity;
      writeState(this.#state);
    }
    if (!this.#apiServer.isRunning()) await this.#startApiServer();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    // Its log goes with the folder: without this, a test would only show that connections were refused.
    for (const [name, process] of [
      ['etcd', this.#etcd] as const,
      ['kube-apiserver', this.#apiServer] as const,
    ]) {
      if (!process.isRunning())
        console.error(`${name} had ended before it was stopped:\n${process.logTail()}`);
    }
    // Nothing of it is kept, so nothing is gained by an orderly end, which takes seconds while watches are open.
    await Promise.all([this.#apiServer.stop('SIGKILL'), this.#etcd.stop('SIGKILL')]);
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #startApiServer(): Promise<void> {
    const { process } = await startApiServerOn(this.#port, apiServerSpec(this.#state));
    this.#apiServer = process;
    this.#state.processes.apiServer = process.identity;
    writeState(this.#state);
  }

  #writeKubeconfig(file: string, options: KubeconfigOptions): string {
    return writeKubeconfig(file, { endpoint: this.endpoint, ca: this.#ca, ...options });
  }
}

function apiServerArgs({ extraApiServerArgs = [], featureGates = {} }: ControlPlaneOptions): string[] {
  const gates = Object.entries(featureGates).map(([name, on]) => `${name}=${on}`);
  return [...extraApiServerArgs, ...(gates.length === 0 ? [] : [`--feature-gates=${gates.join(',')}`])];
}

function apiServerSpec(state: ControlPlaneState, readyTimeoutMs = 60_000): ApiServerSpec {
  const { dir, adminToken, detached, apiServerArgs: extraArgs, binaries } = state;
  return { binary: binaries.kubeApiServer, dir, adminToken, detached, extraArgs, readyTimeoutMs };
}
