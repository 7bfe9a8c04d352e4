import { setTimeout as wait } from 'node:timers/promises';

/** A readinessProbe of a pod, as far as it says when a pod is ready. */
export interface ProbeTiming {
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** So many failures in a row make a ready pod unready. One success makes it ready: Kubernetes' default. */
  readonly failureThreshold: number;
}

/** Probes one `/readyz` as a kubelet does, until the signal aborts. */
export async function probeReadiness(options: {
  readonly opsUrl: string;
  readonly timing: ProbeTiming;
  readonly signal: AbortSignal;
  /** Called with each change; a pod begins unready. */
  onChange(ready: boolean): void;
}): Promise<void> {
  const { opsUrl, timing, signal, onChange } = options;
  let ready = false;
  let failures = 0;
  while (!signal.aborted) {
    const answered = await isReady(`${opsUrl}/readyz`, timing.timeoutMs);
    failures = answered ? 0 : failures + 1;
    const now: boolean = answered || (ready && failures < timing.failureThreshold);
    if (now !== ready && !signal.aborted) onChange(now);
    ready = now;
    await wait(timing.periodMs, undefined, { signal }).catch(() => undefined);
  }
}

async function isReady(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    // A body that nobody reads would keep its connection.
    await response.text();
    return response.status === 200;
  } catch {
    return false;
  }
}
