import { spawn } from 'node:child_process';
import { ControlPlaneError } from './control-plane-error.ts';

export interface KubectlOptions {
  /** Given to kubectl as stdin, e.g. a manifest for `apply -f -`. */
  readonly input?: string;
  /** Path of another kubeconfig than the admin's. */
  readonly kubeconfig?: string;
  /** True: an exit code other than 0 is returned instead of thrown. */
  readonly allowFailure?: boolean;
  /** More environment, e.g. KUBE_EDITOR. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface KubectlCommand extends KubectlOptions {
  readonly binary: string;
  readonly args: readonly string[];
  readonly kubeconfig: string;
  /** Discovery is cached here. kubectl keys its cache by host and port, which control planes use one after another. */
  readonly cacheDir: string;
}

/** Runs kubectl; throws `control-plane.kubectl-failed` with what it said, unless `allowFailure` is set. */
export async function runKubectl(command: KubectlCommand): Promise<KubectlResult> {
  const { binary, args, kubeconfig, cacheDir, input, allowFailure = false } = command;
  const child = spawn(binary, [...args], {
    env: {
      ...process.env,
      ...command.env,
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: cacheDir,
      KUBERC: 'off',
      GOGC: 'off',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {
    // EPIPE: kubectl ended without reading all of it; its exit code says why.
  });
  child.stdin.end(input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0 && !allowFailure) {
    throw new ControlPlaneError(
      'kubectl-failed',
      `kubectl ${args.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`,
    );
  }
  return { stdout, stderr, code };
}
