import { join } from 'node:path';
import type { BinarySet } from '../control-plane/binary-build.ts';
import { type BuildOptions, ensureCached } from '../control-plane/binary-cache.ts';
import { requiredVersion, shortHashOf, userCacheDir } from '../control-plane/pinned-versions.ts';

const moduleDir = import.meta.dirname;
const goMod = join(moduleDir, 'go.mod');

/** Finds kube-score, the checker of manifests, in the user's cache, or builds it there with Go: a minute once. */
export async function ensureKubeScore(options: BuildOptions = {}): Promise<string> {
  const version = requiredVersion(goMod, 'github.com/zegl/kube-score');
  const set: BinarySet = {
    moduleDir,
    cacheDir: join(
      userCacheDir(),
      'manifest-checker',
      `kube-score-${version}_${process.platform}-${process.arch}_${shortHashOf(goMod)}`,
    ),
    versions: `kube-score ${version}`,
    title: 'kube-score',
    linkerFlags: `-s -w -X main.version=${version}`,
    sources: { 'kube-score': { package: 'github.com/zegl/kube-score/cmd/kube-score', output: 'kube-score' } },
  };
  await ensureCached(set, ['kube-score'], options);
  return join(set.cacheDir, 'kube-score');
}
