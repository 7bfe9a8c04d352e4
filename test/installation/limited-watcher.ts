import { freePorts } from '../control-plane/free-ports.ts';
import { type LimitedOptions, startLimitedProcess } from './limited-process.ts';
import type { MemoryCgroup } from './memory-cgroup.ts';

/** The watcher as the image has it, in a memory cgroup, with an API server that is a stand-in, and neither queue nor ARC. */
export interface LimitedWatcher {
  readonly opsUrl: string;
  readonly logFile: string;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** Starts it with flags of Node, and resolves when it answers probes. */
export async function startLimitedWatcher(
  options: LimitedOptions & { readonly cgroup: MemoryCgroup },
): Promise<LimitedWatcher> {
  const [opsPort = 0] = await freePorts(1);
  const own = { opsPort, probe: 'healthz', args: ['--arc', 'off'] } as const;
  const { running, opsUrl, logFile } = await startLimitedProcess('watcher', options, own);
  return {
    opsUrl,
    logFile,
    isRunning: () => running.isRunning(),
    stop: () => running.stop('SIGTERM', 5000),
  };
}
