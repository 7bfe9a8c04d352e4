import { join } from 'node:path';
import type { BinarySet } from '../control-plane/binary-build.ts';
import { type BuildOptions, ensureCached } from '../control-plane/binary-cache.ts';
import { requiredVersion, shortHashOf, userCacheDir } from '../control-plane/pinned-versions.ts';

const moduleDir = import.meta.dirname;
const goMod = join(moduleDir, 'go.mod');

/** Absolute paths of the executables. */
export interface HelmBinaries {
  readonly helm3: string;
  readonly helm4: string;
}

/** Finds Helm 3 and 4 in the user's cache, or builds them there with Go: two to four minutes once. */
export async function ensureHelm(options: BuildOptions = {}): Promise<HelmBinaries> {
  const set = helmBinaries();
  // One after the other: `go build` would write both to a file of the same name.
  await ensureCached(set, ['helm3'], options);
  await ensureCached(set, ['helm4'], options);
  return { helm3: join(set.cacheDir, 'helm3'), helm4: join(set.cacheDir, 'helm4') };
}

function helmBinaries(): BinarySet {
  const [v3, v4] = ['helm.sh/helm/v3', 'helm.sh/helm/v4'].map((module) => requiredVersion(goMod, module));
  return {
    moduleDir,
    cacheDir: join(
      userCacheDir(),
      'helm',
      `helm-${v3}_${v4}_${process.platform}-${process.arch}_${shortHashOf(goMod)}`,
    ),
    versions: `Helm ${v3} and ${v4}`,
    title: 'Helm binaries',
    linkerFlags: '-s -w',
    sources: {
      helm3: { package: 'helm.sh/helm/v3/cmd/helm', output: 'helm' },
      helm4: { package: 'helm.sh/helm/v4/cmd/helm', output: 'helm' },
    },
  };
}
