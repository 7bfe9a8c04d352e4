import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, ensureCached } from '../control-plane/binary-cache.ts';
import { requiredVersion, userCacheDir } from '../control-plane/pinned-versions.ts';

const moduleDir = import.meta.dirname;
const NAME = 'karpenter-scheduling';

/**
 * Path of the program that asks Karpenter's own pkg/scheduling. Built on the first call, a minute or two on a fresh
 * machine, and kept in the user's cache; throws `control-plane.go-missing` where there is no Go to build it.
 */
export async function schedulingOracle(options: BuildOptions = {}): Promise<string> {
  const version = requiredVersion(join(moduleDir, 'go.mod'), 'sigs.k8s.io/karpenter');
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(moduleDir, file)));
  const key = `${version}_${process.platform}-${process.arch}_${hash.digest('hex').slice(0, 12)}`;
  const cacheDir = join(userCacheDir(), NAME, key);
  await ensureCached(
    {
      moduleDir,
      cacheDir,
      versions: `Karpenter ${version}`,
      title: "Karpenter's requirement algebra",
      linkerFlags: '-s -w',
      sources: { [NAME]: { package: '.', output: NAME } },
    },
    [NAME],
    options,
  );
  return join(cacheDir, NAME);
}
