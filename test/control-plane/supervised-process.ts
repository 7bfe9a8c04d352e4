import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlaneError } from './control-plane-error.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Appended to: stdout and stderr together. */
  readonly logFile: string;
  /** True: it outlives this process. False: it dies with this process, however that ends. */
  readonly detached: boolean;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that was started here, or in detached mode by another process earlier. */
export interface SupervisedProcess {
  readonly identity: ProcessIdentity;
  isRunning(): boolean;
  /** What it has logged since it was started here, its last lines. */
  logTail(lines?: number): string;
  /** Sends the signal, waits, and kills after `graceMs`. Returns when the process is gone; may be called twice. */
  stop(signal: NodeJS.Signals, graceMs?: number): Promise<void>;
}

/**
 * Ties a process to its parent without polling and without a gap: a shell starts a reader of the pipe that is its
 * stdin, then becomes the program (`exec`, so the pid stays). When the parent ends, even by SIGKILL, the system
 * closes the pipe, `read` fails and the reader kills the program. A line `done` ends the reader without a kill:
 * sent when the program ended by itself, because its pid may belong to another process by then.
 */
const guard = 'exec 3<&0; ( read -r line <&3 || kill -KILL $$ ) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null';

/** Starts a process, in a session of its own: Ctrl-C in a terminal is the parent's to act on. */
export async function startProcess(spec: ProcessSpec): Promise<SupervisedProcess> {
  const log = openSync(spec.logFile, 'a', 0o600);
  const logStart = statSync(spec.logFile).size;
  const [command, args] = spec.detached
    ? [spec.command, spec.args]
    : ['/bin/sh', ['-c', guard, 'guard', spec.command, ...spec.args]];
  try {
    const child = spawn(command, [...args], {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env },
      detached: true,
      stdio: [spec.detached ? 'ignore' : 'pipe', log, log],
    });
    await spawned(child, spec);
    return supervise(child, spec, logStart);
  } finally {
    closeSync(log);
  }
}

/** A process of an earlier start, known by its identity alone. */
export function adoptProcess(identity: ProcessIdentity, logFile: string): SupervisedProcess {
  return {
    identity,
    isRunning: () => isRunning(identity),
    logTail: (lines) => tailOf(logFile, 0, lines),
    stop: (signal, graceMs) => stopProcess(identity, signal, graceMs),
  };
}

function spawned(child: ChildProcess, spec: ProcessSpec): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new ControlPlaneError('start-failed', `${spec.command} cannot be run: ${error.message}`, {
          cause: error,
        }),
      ),
    );
  });
}

function supervise(child: ChildProcess, spec: ProcessSpec, logStart: number): SupervisedProcess {
  const pid = child.pid ?? 0;
  // Ended already: an identity that matches no process.
  const identity = identityOf(pid) ?? { pid, startedAt: 'ended' };
  child.stdin?.on('error', () => {
    // EPIPE: the reader is gone together with the program.
  });
  child.once('exit', () => child.stdin?.end('done\n'));
  // Neither the process nor its pipe shall keep Node running: when Node ends, the guard does its work.
  child.unref();
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
    child.stdin.unref();
  return {
    ...adoptProcess(identity, spec.logFile),
    isRunning: () => child.exitCode === null && child.signalCode === null && isRunning(identity),
    logTail: (lines) => tailOf(spec.logFile, logStart, lines),
  };
}

async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs = 10_000,
): Promise<void> {
  send(identity, signal);
  const killAt = Date.now() + graceMs;
  let killed = signal === 'SIGKILL';
  while (isRunning(identity)) {
    if (!killed && Date.now() > killAt) {
      send(identity, 'SIGKILL');
      killed = true;
    }
    await delay(10);
  }
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // Ended between the two calls.
  }
}

function tailOf(file: string, from: number, lines = 30): string {
  try {
    return readFileSync(file).subarray(from).toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
