import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, ensureCached } from '../../test/control-plane/binary-cache.ts';
import { requiredVersion, userCacheDir } from '../../test/control-plane/pinned-versions.ts';

const moduleDir = join(import.meta.dirname, 'controller-runtime');
const NAME = 'controller-runtime-webhook';

/** Path of the peer, built on the first call, some minutes on a fresh machine, and kept in the user's cache. */
export async function controllerRuntimeBinary(options: BuildOptions = {}): Promise<string> {
  const version = requiredVersion(join(moduleDir, 'go.mod'), 'sigs.k8s.io/controller-runtime');
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(moduleDir, file)));
  const key = `${version}_${process.platform}-${process.arch}_${hash.digest('hex').slice(0, 12)}`;
  const cacheDir = join(userCacheDir(), NAME, key);
  await ensureCached(
    {
      moduleDir,
      cacheDir,
      versions: `controller-runtime ${version}`,
      title: 'a webhook of controller-runtime',
      linkerFlags: '-s -w',
      sources: { [NAME]: { package: '.', output: 'controller-runtime' } },
    },
    [NAME],
    options,
  );
  return join(cacheDir, NAME);
}
