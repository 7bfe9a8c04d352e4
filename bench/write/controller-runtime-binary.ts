import { join } from 'node:path';
import type { BuildOptions } from '../../test/control-plane/binary-cache.ts';
import { builtGoProgram } from '../../test/control-plane/go-program.ts';
import { requiredVersion } from '../../test/control-plane/pinned-versions.ts';

const moduleDir = join(import.meta.dirname, 'controller-runtime');

/** Path of the peer, built on the first call. */
export async function controllerRuntimeBinary(options: BuildOptions = {}): Promise<string> {
  const program = {
    name: 'controller-runtime-webhook',
    moduleDir,
    around: 'controller-runtime',
    version: requiredVersion(join(moduleDir, 'go.mod'), 'sigs.k8s.io/controller-runtime'),
    title: 'a webhook of controller-runtime',
    output: 'controller-runtime',
  };
  return builtGoProgram(program, options);
}
