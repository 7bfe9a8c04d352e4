import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';
import { ensureBinaries } from '../control-plane/binaries.ts';
import {
  DEFAULT_KUBERNETES,
  kubernetesVersions,
  readPinnedVersions,
} from '../control-plane/pinned-versions.ts';
import { perVersion, versionsAndArguments } from './run-arguments.ts';
import { SELECTED_TESTS } from './selected-tests.ts';

/**
 * `npm run test:versions [-- --kubernetes 1.34] [arguments of vitest]`: runs selected cluster tests against each
 * version of Kubernetes that the other tests do not run against. Each is built once, before its tests: minutes.
 */
const root = join(import.meta.dirname, '..', '..');

function runTests(version: string, args: readonly string[]): Promise<number> {
  const selected = SELECTED_TESTS.filter((path) => existsSync(join(root, path)));
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...selected, ...args],
    { cwd: root, env: { ...process.env, ZONEWARDEN_TIER: 'versions' }, stdio: 'inherit' },
  );
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`vitest for Kubernetes ${version} cannot be run: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function main(): Promise<void> {
  const others = kubernetesVersions().filter((version) => version !== DEFAULT_KUBERNETES);
  const { versions, args } = versionsAndArguments(process.argv.slice(2), others);
  // Binaries of any version, which would be tested in place of the named one.
  delete process.env.KUBEBUILDER_ASSETS;
  // Ctrl-C in a terminal reaches vitest by itself; we wait for it to end.
  process.on('SIGINT', () => {});
  for (const version of versions) {
    process.env.ZONEWARDEN_KUBERNETES = version;
    const { kubernetes, etcd } = readPinnedVersions();
    console.log(`\nKubernetes ${kubernetes}, etcd ${etcd}`);
    await ensureBinaries();
    const code = await runTests(version, perVersion(args, version));
    if (code !== 0) process.exitCode = code;
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ZonewardenError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
