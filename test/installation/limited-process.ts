import { type SupervisedProcess, startProcess } from '../control-plane/supervised-process.ts';
import type { KubeApi } from '../standins/kube-api.ts';
import type { MemoryCgroup } from './memory-cgroup.ts';
import { ROOT } from './product-process.ts';
import { programPath, programsIn } from './programs.ts';
import { until } from './until.ts';

export interface LimitedOptions {
  readonly api: KubeApi;
  readonly dir: string;
  /** Of Node. */
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Without one it may take all the memory of the machine. */
  readonly cgroup?: MemoryCgroup;
}

/** Starts a program as the image has it, in a memory cgroup, and resolves when it answers the probe. */
export async function startLimitedProcess(
  program: 'webhook' | 'watcher',
  { api, dir, flags, env = {}, cgroup }: LimitedOptions,
  own: { readonly opsPort: number; readonly probe: 'healthz' | 'readyz'; readonly args: readonly string[] },
): Promise<{ readonly running: SupervisedProcess; readonly opsUrl: string; readonly logFile: string }> {
  const { opsPort, probe, args } = own;
  const logFile = `${dir}/${program}-${opsPort}.log`;
  const running = await startProcess({
    command: '/bin/sh',
    args: [
      ...['-c', 'if [ -n "$0" ]; then echo $$ > "$0"; fi; exec "$@"', cgroup?.processesFile ?? ''],
      ...[process.execPath, ...flags, programPath(program, await programsIn(`${dir}/programs`))],
      ...['--kubeconfig', api.kubeconfigPath, '--namespace', 'zonewarden', '--host', '127.0.0.1'],
      ...['--ops-port', String(opsPort), '--drain-ms', '0', ...args],
    ],
    cwd: ROOT,
    logFile,
    detached: false,
    env,
  });
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const { value } = await until(
    `the ${program} answers ${probe}`,
    async () => (!running.isRunning() ? 'ended' : (await fetch(`${opsUrl}/${probe}`)).ok && 'up'),
    60_000,
  );
  if (value === 'ended') throw new Error(`the ${program} ended at its start:\n${running.logTail()}`);
  return { running, opsUrl, logFile };
}
