import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { residentMib } from '../process-cost.ts';

const SAMPLE_MS = 1000;
/** V8 gives memory back some seconds after the work is done, where it does by itself. */
const SAMPLES = 15;
const STEADY_MIB = 3;
const LIMIT_MS = 120_000;

/** The most resident memory that a process has had since it began, or since `forgetPeak`; MiB. Linux. */
export function peakMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** The peak begins anew with what is resident now (man 5 proc, clear_refs). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Resident memory when it has been steady for a while; MiB. What never becomes steady is told as it is at the end. */
export async function settledMib(pid: number): Promise<number> {
  const samples: number[] = [];
  for (const started = performance.now(); performance.now() - started < LIMIT_MS; ) {
    await wait(SAMPLE_MS);
    samples.push(residentMib(pid));
    const last = samples.slice(-SAMPLES);
    if (last.length === SAMPLES && Math.max(...last) - Math.min(...last) <= STEADY_MIB) break;
  }
  return samples.at(-1) ?? 0;
}
