import { join } from 'node:path';
import { type BuildOptions, ensureCached, isExecutable } from './binary-cache.ts';
import { controlPlaneBinaries } from './control-plane-binaries.ts';
import { ControlPlaneError } from './control-plane-error.ts';

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
}

/**
 * Finds kube-apiserver, etcd and kubectl, or builds what is missing. In this order: the folder
 * `KUBEBUILDER_ASSETS` (envtest's convention; it must hold kube-apiserver and etcd, kubectl may be missing there),
 * the cache folder of the versions in go.mod (`ZONEWARDEN_KUBERNETES` says of which), `go build`. Any number of processes may ask at once: one builds, the
 * others say that they wait. Throws `control-plane.assets-incomplete`, `.assets-and-version`,
 * `.version-unknown`, `.go-missing` or `.go-failed`.
 */
export async function ensureBinaries(options: BinariesOptions = {}): Promise<Binaries> {
  const env = options.env ?? process.env;
  const assets = fromAssets(env);
  const missing = binaryNames.filter((name) => !(name in assets));
  await ensureCached(controlPlaneBinaries(env), missing, options);
  const cacheDir = binaryCacheDir(env);
  const pathOf = (name: BinaryName) => assets[name] ?? join(cacheDir, name);
  return { kubeApiServer: pathOf('kube-apiserver'), etcd: pathOf('etcd'), kubectl: pathOf('kubectl') };
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
