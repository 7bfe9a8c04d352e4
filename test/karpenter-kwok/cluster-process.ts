import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlaneError } from '../control-plane/control-plane-error.ts';
import { type SupervisedProcess, startProcess } from '../control-plane/supervised-process.ts';

/** A process of the cluster that can be stopped and started again with the same arguments and the same log. */
export interface ClusterProcess {
  readonly name: string;
  readonly logFile: string;
  readonly pid: number;
  isRunning(): boolean;
  logTail(lines?: number): string;
  /** Ends it; SIGTERM unless said otherwise. Resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it (again); resolves when it is up. */
  start(): Promise<void>;
}

export interface ClusterProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory; its log is `<name>.log` in it. */
  readonly dir: string;
  /** True once it is up; may throw while it is not. */
  isUp(): Promise<boolean>;
}

const READY_LIMIT_MS = 60_000;

/** Starts a process that dies with this one, and waits until it is up. Throws `control-plane.start-failed`. */
export async function startClusterProcess(spec: ClusterProcessSpec): Promise<ClusterProcess> {
  const logFile = `${spec.dir}/${spec.name}.log`;
  const launch = async (): Promise<SupervisedProcess> => {
    const process = await startProcess({
      command: spec.command,
      args: spec.args,
      cwd: spec.dir,
      logFile,
      detached: false,
      ...(spec.env === undefined ? {} : { env: spec.env }),
    });
    try {
      await untilUp(spec, process);
      return process;
    } catch (error) {
      await process.stop('SIGKILL');
      throw error;
    }
  };
  let running = await launch();
  return {
    name: spec.name,
    logFile,
    get pid() {
      return running.identity.pid;
    },
    isRunning: () => running.isRunning(),
    logTail: (lines) => running.logTail(lines),
    stop: (signal = 'SIGTERM') => running.stop(signal, 15_000),
    async start() {
      running = await launch();
    },
  };
}

async function untilUp(spec: ClusterProcessSpec, process: SupervisedProcess): Promise<void> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!(await spec.isUp().catch(() => false))) {
    if (!process.isRunning() || Date.now() > deadline) {
      const what = process.isRunning() ? `was not up after ${READY_LIMIT_MS / 1000} s` : 'ended at its start';
      throw new ControlPlaneError('start-failed', `${spec.name} ${what}. Its log:\n${process.logTail()}`);
    }
    await delay(50);
  }
}

/** True when something accepts connections on a port of 127.0.0.1. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
