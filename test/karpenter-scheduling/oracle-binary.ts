import { join } from 'node:path';
import type { BuildOptions } from '../control-plane/binary-cache.ts';
import { builtGoProgram } from '../control-plane/go-program.ts';
import { requiredVersion } from '../control-plane/pinned-versions.ts';

const moduleDir = import.meta.dirname;

/** Path of the program that asks Karpenter's own pkg/scheduling, built on the first call. */
export async function schedulingOracle(options: BuildOptions = {}): Promise<string> {
  const program = {
    name: 'karpenter-scheduling',
    moduleDir,
    around: 'Karpenter',
    version: requiredVersion(join(moduleDir, 'go.mod'), 'sigs.k8s.io/karpenter'),
    title: "Karpenter's requirement algebra",
  };
  return builtGoProgram(program, options);
}
