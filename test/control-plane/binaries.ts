import { join } from 'node:path';
import { type BuildOptions, ensureCached, isExecutable } from './binary-cache.ts';
import { controlPlaneBinaries } from './control-plane-binaries.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import { type DownloadLimits, ensureDownloaded, isDownloaded } from './envtest-download.ts';
import { type EnvtestRelease, envtestRelease } from './envtest-release.ts';

const binaryNames = ['kube-apiserver', 'etcd', 'kubectl'] as const;
type BinaryName = (typeof binaryNames)[number];

/** Absolute paths of the executables. */
export interface Binaries {
  readonly kubeApiServer: string;
  readonly etcd: string;
  readonly kubectl: string;
}

export interface BinariesOptions extends BuildOptions {
  /** KUBEBUILDER_ASSETS, ZONEWARDEN_KUBERNETES and XDG_CACHE_HOME are read from here. Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** What is downloaded instead of being built. Default: the pinned release for this machine, if there is one. */
  readonly release?: EnvtestRelease;
  readonly limits?: DownloadLimits;
}

/**
 * Finds kube-apiserver, etcd and kubectl, or gets what is missing. In this order: the folder
 * `KUBEBUILDER_ASSETS` (envtest's convention; it must hold kube-apiserver and etcd, kubectl may be missing there), the
 * cache folder of the versions in go.mod (`ZONEWARDEN_KUBERNETES` says of which), envtest's own release of that minor
 * version, downloaded once, and where that cannot be had, `go build`. Any number of processes may ask at once: one
 * downloads or builds, the others say that they wait. Throws `control-plane.assets-incomplete`, `.assets-and-version`,
 * `.version-unknown`, `.go-missing` or `.go-failed`.
 */
export async function ensureBinaries(options: BinariesOptions = {}): Promise<Binaries> {
  const env = options.env ?? process.env;
  const assets = fromAssets(env);
  const missing = binaryNames.filter((name) => !(name in assets));
  const dir = missing.length === 0 ? '' : await folderWith(missing, env, options);
  const pathOf = (name: BinaryName) => assets[name] ?? join(dir, name);
  return { kubeApiServer: pathOf('kube-apiserver'), etcd: pathOf('etcd'), kubectl: pathOf('kubectl') };
}

/** A folder that holds these. What is there already is taken before anything is downloaded or built. */
async function folderWith(
  names: readonly BinaryName[],
  env: NodeJS.ProcessEnv,
  options: BinariesOptions,
): Promise<string> {
  const built = controlPlaneBinaries(env);
  const { release = envtestRelease(env), stream = process.stderr } = options;
  const isBuilt = names.every((name) => isExecutable(join(built.cacheDir, name)));
  if (!isBuilt && release !== undefined) {
    if (isDownloaded(release)) return release.cacheDir;
    try {
      await ensureDownloaded(release, stream, options.limits);
      return release.cacheDir;
    } catch (error) {
      if (!(error instanceof ControlPlaneError && error.code === 'control-plane.download-failed'))
        throw error;
      stream.write(`Not downloaded (${error.message}): they are built from source instead.\n`);
    }
  }
  await ensureCached(built, names, options);
  return built.cacheDir;
}

/** What places pods and runs Deployments; only the tiers in which pods matter ask for them. */
export interface SchedulingBinaries {
  readonly kubeScheduler: string;
  readonly kubeControllerManager: string;
}

/** Like `ensureBinaries`, for kube-scheduler and kube-controller-manager, which no KUBEBUILDER_ASSETS has. */
export async function ensureSchedulingBinaries(options: BinariesOptions = {}): Promise<SchedulingBinaries> {
  const set = controlPlaneBinaries(options.env);
  await ensureCached(set, ['kube-scheduler', 'kube-controller-manager'], options);
  return {
    kubeScheduler: join(set.cacheDir, 'kube-scheduler'),
    kubeControllerManager: join(set.cacheDir, 'kube-controller-manager'),
  };
}

/** Where built binaries are kept: one folder for each combination of versions, go.mod and platform. */
export function binaryCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return controlPlaneBinaries(env).cacheDir;
}

function fromAssets(env: NodeJS.ProcessEnv): Partial<Record<BinaryName, string>> {
  const dir = env.KUBEBUILDER_ASSETS;
  if (!dir) return {};
  if (env.ZONEWARDEN_KUBERNETES) {
    throw new ControlPlaneError(
      'assets-and-version',
      `KUBEBUILDER_ASSETS (${dir}) and ZONEWARDEN_KUBERNETES (${env.ZONEWARDEN_KUBERNETES}) are both set, and the ` +
        'binaries of the former may be of any version; unset one of them.',
    );
  }
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
