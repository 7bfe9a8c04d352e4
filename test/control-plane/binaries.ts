import { accessSync, constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BinaryName, type BuildBinaries, binaryNames, buildInto, buildWithGo } from './binary-build.ts';
import { withLock } from './build-lock.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import { readPinnedVersions, userCacheDir } from './pinned-versions.ts';
import { type ProgressStream, startProgress } from './progress.ts';

/** Absolute paths of the executables. */
export interface Binaries {
  readonly kubeApiServer: string;
  readonly etcd: string;
  readonly kubectl: string;
}

export interface BinariesOptions {
  /** KUBEBUILDER_ASSETS and XDG_CACHE_HOME are read from here. Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly stream?: ProgressStream;
  /** Replaces `go build`; for the tests of the lock. */
  readonly build?: BuildBinaries;
}

/**
 * Finds kube-apiserver, etcd and kubectl, or builds what is missing. In this order: the folder
 * `KUBEBUILDER_ASSETS` (envtest's convention; it must hold kube-apiserver and etcd, kubectl may be missing there),
 * the cache folder of the versions in go.mod, `go build`. Any number of processes may ask at once: one builds, the
 * others say that they wait. Throws `control-plane.assets-incomplete`, `.go-missing` or `.go-failed`.
 */
export async function ensureBinaries(options: BinariesOptions = {}): Promise<Binaries> {
  const env = options.env ?? process.env;
  const assets = fromAssets(env.KUBEBUILDER_ASSETS);
  const missing = binaryNames.filter((name) => !(name in assets));
  const cacheDir = binaryCacheDir(env);
  if (!allIn(cacheDir, missing)) await buildOnce(cacheDir, missing, options);
  const pathOf = (name: BinaryName) => assets[name] ?? join(cacheDir, name);
  return { kubeApiServer: pathOf('kube-apiserver'), etcd: pathOf('etcd'), kubectl: pathOf('kubectl') };
}

/** Where built binaries are kept: one folder for each combination of versions, go.mod and platform. */
export function binaryCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const { kubernetes, etcd, goModHash } = readPinnedVersions();
  const key = `kubernetes-${kubernetes}_etcd-${etcd}_${process.platform}-${process.arch}_${goModHash}`;
  return join(userCacheDir(env), 'control-plane', key);
}

function fromAssets(dir: string | undefined): Partial<Record<BinaryName, string>> {
  if (!dir) return {};
  const found = Object.fromEntries(
    binaryNames.filter((name) => isExecutable(join(dir, name))).map((name) => [name, join(dir, name)]),
  );
  // Who sets it means it: to build others silently would test other versions than they believe.
  const lacking = (['kube-apiserver', 'etcd'] as const).filter((name) => !(name in found));
  if (lacking.length > 0) {
    throw new ControlPlaneError(
      'assets-incomplete',
      `KUBEBUILDER_ASSETS is ${dir}, but there is no executable ${lacking.join(' and no ')} in it; ` +
        'correct the variable, or unset it to have the binaries built.',
    );
  }
  return found;
}

async function buildOnce(
  cacheDir: string,
  names: readonly BinaryName[],
  options: BinariesOptions,
): Promise<void> {
  const versions = readPinnedVersions();
  const stream = options.stream ?? process.stderr;
  const work = async () => {
    const missing = names.filter((name) => !isExecutable(join(cacheDir, name)));
    if (missing.length === 0) return; // Built by whoever held the lock before.
    removeDrafts(cacheDir);
    const what = `${missing.join(', ')} (Kubernetes ${versions.kubernetes}, etcd ${versions.etcd})`;
    const progress = startProgress(`Building ${what}, once, some minutes:`, stream);
    try {
      await buildInto(cacheDir, missing, versions, progress, options.build ?? buildWithGo);
      progress.end(`done, in ${cacheDir}`);
    } catch (error) {
      progress.end('failed');
      throw error;
    }
  };
  await withLockShown(`${cacheDir}.lock`, work, 'control plane binaries', stream);
}

/** Like `withLock`, and shows whom it waits for. */
export async function withLockShown<T>(
  lockFile: string,
  work: () => Promise<T>,
  what: string,
  stream: ProgressStream,
): Promise<T> {
  let waiting: ReturnType<typeof startProgress> | undefined;
  const endWaiting = () => {
    waiting?.end('done waiting');
    waiting = undefined;
  };
  const onWait = (holder: { pid: number }) => {
    endWaiting();
    waiting = startProgress(`Waiting for process ${holder.pid}, which prepares the ${what}:`, stream);
  };
  try {
    return await withLock(
      lockFile,
      () => {
        endWaiting();
        return work();
      },
      { onWait },
    );
  } finally {
    endWaiting();
  }
}

/** What a killed build left behind; only called with the lock held. */
function removeDrafts(cacheDir: string): void {
  if (!existsSync(cacheDir)) return;
  for (const name of readdirSync(cacheDir)) {
    if (name.startsWith('.building-')) rmSync(join(cacheDir, name), { recursive: true, force: true });
  }
}

function allIn(dir: string, names: readonly BinaryName[]): boolean {
  return names.every((name) => isExecutable(join(dir, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
