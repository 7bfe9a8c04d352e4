import { readFileSync } from 'node:fs';

/** Ticks of 1/100 s (man 5 proc, USER_HZ). */
const TICK_MS = 10;
const CUTIME = 13;
const CSTIME = 14;

/** CPU time of all processes that this one started and that have ended, user and system, in milliseconds. */
export function endedChildrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name may hold spaces and ends with the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[CUTIME]) + Number(fields[CSTIME])) * TICK_MS;
}
