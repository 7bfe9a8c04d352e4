import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLockShown } from '../control-plane/build-lock-shown.ts';
import { shortHashOf, userCacheDir } from '../control-plane/pinned-versions.ts';

/** Why a Python tool cannot be had here: no Python, no network the first time, no wheel for this machine. */
export class PythonEnvironmentError extends Error {}

/**
 * An environment of Python with the wheels of a requirements file, each by checksum, in the user's cache folder. It is
 * made once; other checksums are another folder.
 *
 * @param name of the tool: `hadolint`
 * @returns the folder; programs are in its `bin`
 * @throws PythonEnvironmentError
 */
export async function ensurePythonEnvironment(name: string, requirements: string): Promise<string> {
  const folder = join(userCacheDir(), name, shortHashOf(requirements));
  const complete = join(folder, '.complete');
  await withLockShown(
    `${folder}.lock`,
    async () => {
      if (existsSync(complete)) return;
      // At its final place: the environment's configuration names it.
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(dirname(folder), { recursive: true });
      run('python3', ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
      run(join(folder, 'bin', 'python3'), [...pip, '-r', requirements]);
      writeFileSync(`${complete}.draft`, '');
      renameSync(`${complete}.draft`, complete);
    },
    name,
    process.stderr,
  );
  return folder;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error || status !== 0) {
    throw new PythonEnvironmentError(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  }
}
