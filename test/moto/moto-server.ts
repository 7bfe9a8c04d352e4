import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../python/python-environment.ts';

const requirements = join(import.meta.dirname, 'moto-requirements.txt');

/** The version that is pinned: `5.2.5`. */
export function motoVersion(): string {
  const version = /^moto==(\S+)/m.exec(readFileSync(requirements, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${requirements} pins no version of moto`);
  return version;
}

/**
 * The environment of Python that moto is installed in, made the first time.
 *
 * @throws PythonEnvironmentError where it cannot be had
 */
export function ensureMoto(): Promise<string> {
  return ensurePythonEnvironment('moto', requirements);
}

/** A running moto: AWS's APIs on 127.0.0.1, which take any credentials. */
export interface MotoServer {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

/** Its start takes some seconds, on a machine with other work many. */
const START_MS = 60_000;

/**
 * Starts moto's server on a free port, installing it the first time; stop it when done.
 *
 * @throws PythonEnvironmentError where it cannot be had
 */
export async function startMoto(): Promise<MotoServer> {
  const environment = await ensureMoto();
  const child = spawn(
    join(environment, 'bin', 'python3'),
    ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  // Taken by tests that were given up, too.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    process.off('exit', end);
    end();
    await ended;
  };
  try {
    const endpoint = await addressOf(child);
    return { endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Werkzeug says where it listens once it does: ` * Running on http://127.0.0.1:44457`. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(
      () => reject(new Error(`moto did not start within 60 s: ${said.trim()}`)),
      START_MS,
    );
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-10_000);
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
    child.once('close', () => {
      clearTimeout(late);
      reject(new Error(`moto ended: ${said.trim()}`));
    });
    child.once('error', reject);
  });
}
