import { freePorts } from '../control-plane/free-ports.ts';
import { startProcess } from '../control-plane/supervised-process.ts';
import type { KubeApi } from '../standins/kube-api.ts';
import type { MemoryCgroup } from './memory-cgroup.ts';
import { ROOT } from './product-process.ts';
import { programPath, programsIn } from './programs.ts';
import { until } from './until.ts';

/** The watcher as the image has it, in a memory cgroup, with an API server that is a stand-in, and neither queue nor ARC. */
export interface LimitedWatcher {
  readonly opsUrl: string;
  readonly logFile: string;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** Starts it with flags of Node, and resolves when it answers probes. */
export async function startLimitedWatcher(options: {
  readonly api: KubeApi;
  readonly dir: string;
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cgroup: MemoryCgroup;
}): Promise<LimitedWatcher> {
  const { api, dir, flags, cgroup, env = {} } = options;
  const [opsPort = 0] = await freePorts(1);
  const logFile = `${dir}/watcher-${opsPort}.log`;
  const running = await startProcess({
    command: '/bin/sh',
    args: [
      ...['-c', 'echo $$ > "$0"; exec "$@"', cgroup.processesFile],
      ...[process.execPath, ...flags, programPath('watcher', await programsIn(`${dir}/programs`))],
      ...['--kubeconfig', api.kubeconfigPath, '--namespace', 'zonewarden', '--host', '127.0.0.1'],
      ...['--ops-port', String(opsPort), '--arc', 'off', '--drain-ms', '0'],
    ],
    cwd: ROOT,
    logFile,
    detached: false,
    env,
  });
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const { value } = await until(
    'the watcher answers',
    async () => (!running.isRunning() ? 'ended' : (await fetch(`${opsUrl}/healthz`)).ok && 'up'),
    60_000,
  );
  if (value === 'ended') throw new Error(`the watcher ended at its start:\n${running.logTail()}`);
  return {
    opsUrl,
    logFile,
    isRunning: () => running.isRunning(),
    stop: () => running.stop('SIGTERM', 5000),
  };
}
