import { join } from 'node:path';
import type { SchedulingBinaries } from '../control-plane/binaries.ts';
import { type Binaries, ensureBinaries, ensureSchedulingBinaries } from '../control-plane/binaries.ts';
import type { BinarySet } from '../control-plane/binary-build.ts';
import { type BuildOptions, ensureCached } from '../control-plane/binary-cache.ts';
import { requiredVersion, shortHashOf, userCacheDir } from '../control-plane/pinned-versions.ts';

/**
 * Karpenter and the kwok controller have a module each: kwok v0.8 asks for Kubernetes' libraries 0.36, and in one
 * module Karpenter would run on those instead of the 0.35 that it was released with.
 */
export const karpenterModuleDir = import.meta.dirname;
export const kwokModuleDir = join(import.meta.dirname, '..', 'kwok-controller');

export const KARPENTER_MODULE = 'sigs.k8s.io/karpenter';
export const KWOK_MODULE = 'sigs.k8s.io/kwok';

/** Absolute paths of everything that a cluster with Karpenter runs. */
export interface KarpenterClusterBinaries extends Binaries, SchedulingBinaries {
  /** Karpenter with its kwok provider. */
  readonly karpenter: string;
  /** The kwok controller, which plays kubelet for the nodes. */
  readonly kwok: string;
}

/** Finds all binaries in the user's cache, or builds what is missing, one module after the other. */
export async function ensureKarpenterBinaries(options: BuildOptions = {}): Promise<KarpenterClusterBinaries> {
  const controlPlane = await ensureBinaries(options);
  const scheduling = await ensureSchedulingBinaries(options);
  const karpenter = karpenterBinary();
  await ensureCached(karpenter, ['karpenter'], options);
  const kwok = kwokBinary();
  await ensureCached(kwok, ['kwok'], options);
  return {
    ...controlPlane,
    ...scheduling,
    karpenter: join(karpenter.cacheDir, 'karpenter'),
    kwok: join(kwok.cacheDir, 'kwok'),
  };
}

function karpenterBinary(): BinarySet {
  const version = requiredVersion(join(karpenterModuleDir, 'go.mod'), KARPENTER_MODULE);
  return {
    moduleDir: karpenterModuleDir,
    cacheDir: cacheDirOf('karpenter', version, karpenterModuleDir),
    versions: `Karpenter ${version}`,
    title: 'Karpenter binary',
    // The version is part of the User-Agent, as in a released image.
    linkerFlags: `-s -w -X ${KARPENTER_MODULE}/pkg/operator.Version=${version.replace(/^v/, '')}`,
    sources: { karpenter: { package: `${KARPENTER_MODULE}/kwok`, output: 'kwok' } },
  };
}

function kwokBinary(): BinarySet {
  const version = requiredVersion(join(kwokModuleDir, 'go.mod'), KWOK_MODULE);
  return {
    moduleDir: kwokModuleDir,
    cacheDir: cacheDirOf('kwok', version, kwokModuleDir),
    versions: `kwok ${version}`,
    title: 'kwok binary',
    linkerFlags: '-s -w',
    sources: { kwok: { package: `${KWOK_MODULE}/cmd/kwok`, output: 'kwok' } },
  };
}

function cacheDirOf(name: string, version: string, moduleDir: string): string {
  const hash = shortHashOf(join(moduleDir, 'go.mod'));
  return join(
    userCacheDir(),
    'karpenter-kwok',
    `${name}-${version}_${process.platform}-${process.arch}_${hash}`,
  );
}
