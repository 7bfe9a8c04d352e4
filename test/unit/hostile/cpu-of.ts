/** How often work is measured again that took longer than it may. */
const TRIES = 20;

/** Milliseconds of the processor that some work takes in this thread. */
export function cpuMsOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * The least that it takes of several times, which end with the first that is short enough. Code that V8 has not optimized
 * yet, a collection of garbage, and a busy neighbour on the same core make it longer; nothing makes it shorter than it is.
 */
export function leastCpuMsOf(work: () => void, enoughMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enoughMs; tries += 1) least = Math.min(least, cpuMsOf(work));
  return least;
}
