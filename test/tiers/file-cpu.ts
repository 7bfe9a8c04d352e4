import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, type RunnerTestSuite } from 'vitest';

/**
 * A set-up file of every tier: notes how much of the processor each test file took, this process and the children that
 * it has waited for. cpu-table.ts adds them up.
 */

declare module 'vitest' {
  interface TaskMeta {
    cpuSeconds?: number;
  }
}

/** Linux counts it in ticks of 10 ms, whatever the kernel's own are (proc_pid_stat(5)). */
const TICKS_A_SECOND = 100;
/** Where `cutime` and `cstime` stand behind the name of the program, which may hold blanks. */
const CHILDREN = [13, 14] as const;

function childrenSeconds(): number {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return CHILDREN.reduce((sum, index) => sum + Number(fields[index]), 0) / TICKS_A_SECOND;
  } catch {
    return 0; // No Linux: this process alone is counted.
  }
}

/** Files may share a process: each is told what was used since the one before. */
const noted = globalThis as { zonewardenCpuSeconds?: number };

async function note(_context: object, file: RunnerTestSuite): Promise<void> {
  // What a file ended last may have ended and not been waited for: libuv does that in the next turn.
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  const { user, system } = process.cpuUsage();
  const used = (user + system) / 1e6 + childrenSeconds();
  file.meta.cpuSeconds = used - (noted.zonewardenCpuSeconds ?? 0);
  noted.zonewardenCpuSeconds = used;
}

// Bound, for vitest reads a function's text to find out which fixtures it wants, and takes no name for the first argument.
afterAll(note.bind(undefined));
