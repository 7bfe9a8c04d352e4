import { spawn } from 'node:child_process';
import { programPath } from '../../installation/programs.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface Running {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly env?: NodeJS.ProcessEnv;
}

/** Longer than anything takes that is run here, on a machine that is busy with other things. */
const LIMIT_MS = 90_000;

/** Runs a program to its end. @throws Error with what it said so far where it does not come to one */
export function runProgram(command: string, args: readonly string[], running: Running = {}): Promise<Ended> {
  const { cwd, input = '', env = process.env } = running;
  const child = spawn(command, args, { cwd, env, stdio: 'pipe' });
  // A program that does not read what is piped into it may be gone before.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      const said = `${text.stdout}\n${text.stderr}`.trim();
      reject(new Error(`${command} ${args.join(' ')} did not end within ${LIMIT_MS} ms; it said: ${said}`));
    }, LIMIT_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, ...text });
    });
  });
}

/** Runs the command line as a process of its own. */
export function zonewarden(args: readonly string[], running?: Running): Promise<Ended> {
  return runProgram(
    process.execPath,
    [programPath('cli', process.env.ZONEWARDEN_PROGRAMS), ...args],
    running,
  );
}

/** A Spot NodePool with two types, which `baseline` denies. */
export const TOO_NARROW = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: web
spec:
  limits: { cpu: "100", memory: 100Gi }
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [spot] }
        - { key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, m5.xlarge] }
`;
