import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePythonEnvironment, PythonEnvironmentError } from '../test/python/python-environment.ts';

/**
 * `npm run lint:image`: hadolint on the Dockerfile, with no rule switched off. It is a binary on PyPI, installed once,
 * by checksum, into an environment of its own in the user's cache folder. Ends with 1 where it finds something, with
 * 77 where it cannot be had: no Python, no network the first time, no wheel for this machine.
 */

/** What automake's test harness takes for "skipped". */
const NOT_POSSIBLE_HERE = 77;
const root = join(import.meta.dirname, '..');
const requirements = join(import.meta.dirname, 'hadolint-requirements.txt');

try {
  const environment = await ensurePythonEnvironment('hadolint', requirements);
  const { status } = spawnSync(
    join(environment, 'bin', 'hadolint'),
    ['--failure-threshold', 'style', 'Dockerfile'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (status === 0) console.log('Dockerfile: hadolint finds nothing');
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof PythonEnvironmentError)) throw error;
  console.error(`The Dockerfile was not checked: hadolint cannot be installed. ${error.message}`);
  process.exitCode = NOT_POSSIBLE_HERE;
}
