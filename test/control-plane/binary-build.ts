import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runGo } from './go-command.ts';
import type { Progress } from './progress.ts';

/** Commands of one Go module, and the folder that keeps them once they are built. */
export interface BinarySet {
  /** The folder of the go.mod whose `tool` directives name the packages. */
  readonly moduleDir: string;
  /** Its name holds the versions and the hash of go.mod: another content is another folder. */
  readonly cacheDir: string;
  /** For the display: `Kubernetes v1.36.3, etcd v3.6.8`. */
  readonly versions: string;
  /** For whoever waits for another process: `control plane binaries`. */
  readonly title: string;
  readonly linkerFlags: string;
  /** By the name that the binary gets: the package, and the name that `go build` gives it. */
  readonly sources: Readonly<Record<string, { readonly package: string; readonly output: string }>>;
}

/** Builds some of a set's binaries into an empty folder, each under its name in the set. */
export type BuildBinaries = (
  names: readonly string[],
  outDir: string,
  set: BinarySet,
  progress: Progress,
) => Promise<void>;

/** Builds with `go build`; several minutes when Go's build cache is cold. */
export const buildWithGo: BuildBinaries = async (names, outDir, set, progress) => {
  const sources = names.flatMap((name) => {
    const source = set.sources[name];
    return source === undefined ? [] : [{ name, ...source }];
  });
  let packages = 0;
  await runGo({
    cwd: set.moduleDir,
    // -mod=readonly: go.sum is complete, and a build must not change it.
    args: [
      'build',
      '-v',
      '-mod=readonly',
      '-buildvcs=false',
      '-ldflags',
      set.linkerFlags,
      '-o',
      `${outDir}/`,
      ...sources.map((source) => source.package),
    ],
    env: { CGO_ENABLED: '0' },
    onLine: (line) => {
      if (!line.includes(' ')) packages += 1;
      progress.detail(line.includes(' ') ? line : `${packages} packages compiled, now ${line}`);
    },
  });
  for (const { name, output } of sources) {
    if (output !== name) renameSync(join(outDir, output), join(outDir, name));
  }
};

/** Builds into a temporary folder beside the target, then moves each finished binary into place by rename. */
export async function buildInto(
  set: BinarySet,
  names: readonly string[],
  progress: Progress,
  build: BuildBinaries,
): Promise<void> {
  const dir = set.cacheDir;
  mkdirSync(dir, { recursive: true });
  const draft = mkdtempSync(join(dir, '.building-'));
  try {
    await build(names, draft, set, progress);
    for (const name of names) {
      chmodSync(join(draft, name), 0o755);
      renameSync(join(draft, name), join(dir, name));
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
