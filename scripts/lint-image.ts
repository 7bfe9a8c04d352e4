import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLockShown } from '../test/control-plane/build-lock-shown.ts';
import { shortHashOf, userCacheDir } from '../test/control-plane/pinned-versions.ts';

/**
 * `npm run lint:image`: hadolint on the Dockerfile, with no rule switched off. It is a binary on PyPI, installed once,
 * by checksum, into an environment of its own in the user's cache folder. Ends with 1 where it finds something, with
 * 77 where it cannot be had: no Python, no network the first time, no wheel for this machine.
 */

/** What automake's test harness takes for "skipped". */
const NOT_POSSIBLE_HERE = 77;
const root = join(import.meta.dirname, '..');
const requirements = join(import.meta.dirname, 'hadolint-requirements.txt');

/** Why hadolint cannot be had here. */
class NotInstalled extends Error {}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error || status !== 0) {
    throw new NotInstalled(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  }
}

async function ensureHadolint(): Promise<string> {
  // By the checksums: another version is another folder.
  const folder = join(userCacheDir(), 'hadolint', shortHashOf(requirements));
  const hadolint = join(folder, 'bin', 'hadolint');
  await withLockShown(
    `${folder}.lock`,
    async () => {
      if (existsSync(hadolint)) return;
      const draft = `${folder}.draft`;
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(dirname(folder), { recursive: true });
      run('python3', ['-m', 'venv', draft]);
      // The environment's own pip would name the draft's path in scripts: what is asked for is one binary.
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
      run(join(draft, 'bin', 'python3'), [...pip, '-r', requirements]);
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
    },
    'hadolint',
    process.stderr,
  );
  return hadolint;
}

try {
  const hadolint = await ensureHadolint();
  const { status } = spawnSync(hadolint, ['--failure-threshold', 'style', 'Dockerfile'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status === 0) console.log('Dockerfile: hadolint finds nothing');
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof NotInstalled)) throw error;
  console.error(`The Dockerfile was not checked: hadolint cannot be installed. ${error.message}`);
  process.exitCode = NOT_POSSIBLE_HERE;
}
