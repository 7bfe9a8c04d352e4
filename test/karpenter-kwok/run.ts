import { spawn } from 'node:child_process';
import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';
import { karpenterCrdFiles } from '../control-plane/crd-files.ts';
import { goModuleFolder } from './go-module-folder.ts';
import {
  ensureKarpenterBinaries,
  KARPENTER_MODULE,
  KWOK_MODULE,
  karpenterModuleDir,
  kwokModuleDir,
} from './karpenter-binaries.ts';
import { type Isolation, networkNamespace } from './network-namespace.ts';

/**
 * `npm run test:karpenter [-- arguments of vitest]`: runs the tier `karpenter` in a network namespace of its own. What
 * needs the network (Go modules, once) is done before, outside. The variable makes vitest.config.ts offer the tier:
 * plain `npm test` does not.
 */
/** What automake's test harness takes for "skipped". */
const NOT_POSSIBLE_HERE = 77;

const root = new URL('../..', import.meta.url).pathname;

async function prepare(): Promise<Isolation> {
  const isolation = networkNamespace();
  await ensureKarpenterBinaries();
  await karpenterCrdFiles();
  await goModuleFolder(karpenterModuleDir, KARPENTER_MODULE);
  await goModuleFolder(kwokModuleDir, KWOK_MODULE);
  return isolation;
}

function runTests(isolation: Isolation): void {
  const vitest = [process.execPath, `${root}node_modules/vitest/vitest.mjs`, 'run'];
  const { command, args } = isolation([...vitest, ...process.argv.slice(2)]);
  const env = { ...process.env, ZONEWARDEN_TIER: 'karpenter' };
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
  // Ctrl-C in a terminal reaches vitest by itself; we wait for it to end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

try {
  runTests(await prepare());
} catch (error) {
  if (!(error instanceof ZonewardenError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.code === 'control-plane.no-namespace' ? NOT_POSSIBLE_HERE : 1;
}
