import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessIdentity } from '../control-plane/process-identity.ts';
import { type SupervisedProcess, startProcess } from '../control-plane/supervised-process.ts';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** A process of the product (or a server beside it) that can be killed and started again, with its log. */
export interface ProductProcess {
  readonly logFile: string;
  readonly pid: number;
  readonly identity: ProcessIdentity;
  /** The JSON lines that it has logged since it was first started. */
  lines(): Record<string, unknown>[];
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
  isUp(line: Record<string, unknown>): boolean;
}

/** Starts `node program args` with its log in `dir` and waits until it is up. */
export async function startProductProcess(spec: ProductProcessSpec): Promise<ProductProcess> {
  const logFile = `${spec.dir}/${spec.name}.log`;
  let running: SupervisedProcess;
  const lines = () => readLines(logFile);
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
    while (countOf(lines, spec) === before) {
      if (!running.isRunning()) throw new Error(`${spec.name} ended at its start:\n${running.logTail()}`);
      await wait(10);
    }
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

function countOf(lines: () => Record<string, unknown>[], spec: ProductProcessSpec): number {
  return lines().filter((line) => spec.isUp(line)).length;
}

function readLines(file: string): Record<string, unknown>[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      // The last line may be half written.
      return [];
    }
  });
}
