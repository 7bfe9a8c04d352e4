import { resolve } from 'node:path';
import type { ProcessIdentity } from '../control-plane/process-identity.ts';
import { type SupervisedProcess, startProcess } from '../control-plane/supervised-process.ts';
import { type LogLine, logLinesOf } from './log-lines.ts';
import { until } from './until.ts';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** A process of the product (or a server beside it) that can be killed and started again, with its log. */
export interface ProductProcess {
  readonly logFile: string;
  readonly pid: number;
  readonly identity: ProcessIdentity;
  /** The JSON lines that it has logged since it was first started. */
  lines(): LogLine[];
  isRunning(): boolean;
  /** Ends it; SIGTERM unless said otherwise, and SIGKILL after `graceMs` (20 s). Resolves when it is gone. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** Starts it again with the same arguments; resolves when it says that it is up. */
  start(): Promise<void>;
}

export interface ProductProcessSpec {
  readonly name: string;
  /** Absolute, or from the repository's root. */
  readonly program: string;
  readonly args: readonly string[];
  readonly dir: string;
  readonly detached: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Recognises the line that says that it is up. */
  isUp(line: LogLine): boolean;
}

/** It waits for its record and its CA, and so for an API server that a test may hold back. */
const START_LIMIT_MS = 120_000;

/** Starts `node program args` with its log in `dir` and waits until it is up. */
export async function startProductProcess(spec: ProductProcessSpec): Promise<ProductProcess> {
  const logFile = `${spec.dir}/${spec.name}.log`;
  let running: SupervisedProcess;
  const lines = logLinesOf(logFile);
  const start = async (): Promise<void> => {
    const before = countOf(lines, spec);
    running = await startProcess({
      command: '/usr/bin/env',
      args: [
        ...Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
        process.execPath,
        resolve(ROOT, spec.program),
        ...spec.args,
      ],
      cwd: ROOT,
      logFile,
      detached: spec.detached,
    });
    const { value } = await until(
      `${spec.name} is up`,
      () => (countOf(lines, spec) > before ? 'up' : !running.isRunning() && 'ended'),
      START_LIMIT_MS,
    );
    if (value === 'ended') throw new Error(`${spec.name} ended at its start:\n${running.logTail()}`);
  };
  await start();
  return {
    logFile,
    lines,
    start,
    get pid() {
      return running.identity.pid;
    },
    get identity() {
      return running.identity;
    },
    isRunning: () => running.isRunning(),
    stop: (signal = 'SIGTERM', graceMs = 20_000) => running.stop(signal, graceMs),
  };
}

function countOf(lines: () => LogLine[], spec: ProductProcessSpec): number {
  return lines().filter((line) => spec.isUp(line)).length;
}
