import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ControlPlaneError } from './control-plane-error.ts';

export interface GoCommand {
  readonly args: readonly string[];
  /** The module's folder. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Told every line that go writes to stderr (`go: downloading ...`, with -v also the packages). */
  readonly onLine?: (line: string) => void;
}

const howToGetGo =
  'Install Go (https://go.dev/dl, or the package "golang" of your distribution; one that is older than go.mod asks ' +
  'for fetches the right one by itself). Or set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and ' +
  "kubectl, such as envtest's: setup-envtest use -p path.";

/**
 * Runs go and returns its stdout. Throws `control-plane.go-missing` where there is no go, and
 * `control-plane.go-failed` with the last lines of go's own errors where it fails.
 */
export async function runGo(command: GoCommand): Promise<string> {
  const child = spawn('go', [...command.args], {
    cwd: command.cwd,
    // GOFLAGS and GOWORK of the user's shell (-mod=vendor, a workspace) must not change what is built.
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off', ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  const complaints: string[] = [];
  const lines = createInterface({ input: child.stderr }).on('line', (line) => {
    command.onLine?.(line);
    // A package name of -v or a download notice is no complaint.
    if (line.includes(' ') && !line.startsWith('go: downloading')) complaints.push(line);
  });
  const code = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(error)));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 1));
  }).finally(() => lines.close());
  if (code !== 0) throw failed(command, code, complaints);
  return stdout;
}

function notStarted(error: Error): ControlPlaneError {
  return new ControlPlaneError(
    'go-missing',
    `The command "go" cannot be run (${error.message}). ${howToGetGo}`,
    {
      cause: error,
    },
  );
}

function failed(command: GoCommand, code: number | string, complaints: readonly string[]): ControlPlaneError {
  const said = complaints.slice(-25).join('\n') || '(go said nothing)';
  const advice = [
    'What to do: no network or a proxy that refuses -> set GOPROXY; "no space left" -> free the disk of',
    '`go env GOCACHE`; "signal: killed" -> too little memory, try GOMAXPROCS=1; toolchain too old -> newer Go;',
    'or set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl.',
  ].join('\n');
  return new ControlPlaneError(
    'go-failed',
    `"go ${command.args.join(' ')}" in ${command.cwd} ended with ${code}:\n${said}\n${advice}`,
  );
}
