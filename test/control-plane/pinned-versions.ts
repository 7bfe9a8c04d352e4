import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ControlPlaneError } from './control-plane-error.ts';

/** The version of Kubernetes that is tested with where `ZONEWARDEN_KUBERNETES` names no other. */
export const DEFAULT_KUBERNETES = '1.36';

/** The folder of the module from which one version (`1.36`) is built; written by scripts/kubernetes-module.ts. */
export function kubernetesModuleDir(minor: string): string {
  return join(import.meta.dirname, `kubernetes-${minor}`);
}

/** The versions that can be built, oldest first: `['1.34', '1.35', '1.36']`. */
export function kubernetesVersions(): string[] {
  return readdirSync(import.meta.dirname)
    .flatMap((name) => /^kubernetes-(1\.\d+)$/.exec(name)?.[1] ?? [])
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
}

/**
 * The folder whose go.mod is the one place where the versions of Kubernetes and etcd stand: that of the version in
 * `ZONEWARDEN_KUBERNETES`. Throws `control-plane.version-unknown` where there is no such folder.
 */
export function controlPlaneModuleDir(env: NodeJS.ProcessEnv = process.env): string {
  const minor = env.ZONEWARDEN_KUBERNETES || DEFAULT_KUBERNETES;
  if (!kubernetesVersions().includes(minor)) {
    throw new ControlPlaneError(
      'version-unknown',
      `ZONEWARDEN_KUBERNETES is ${minor}; there are ${kubernetesVersions().join(', ')}. ` +
        'Another one is added with: node scripts/kubernetes-module.ts v1.34.4',
    );
  }
  return kubernetesModuleDir(minor);
}

/** Versions as go.mod requires them (`v1.36.3`), and a short hash of the whole file, replaces included. */
export interface PinnedVersions {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly goModHash: string;
}

/** Reads the versions of the control plane out of go.mod, so that they are repeated nowhere. */
export function readPinnedVersions(moduleDir: string = controlPlaneModuleDir()): PinnedVersions {
  const file = join(moduleDir, 'go.mod');
  return {
    kubernetes: requiredVersion(file, 'k8s.io/kubernetes'),
    etcd: requiredVersion(file, 'go.etcd.io/etcd/server/v3'),
    goModHash: shortHashOf(file),
  };
}

/** The version that a go.mod requires of a module; throws `control-plane.version-missing` where it names none. */
export function requiredVersion(goModFile: string, module: string): string {
  for (const line of readFileSync(goModFile, 'utf8').split('\n')) {
    const [name, version] = line
      .replace(/^require\s+/, '')
      .trim()
      .split(/\s+/);
    if (name === module && version?.startsWith('v')) return version;
  }
  throw new ControlPlaneError(
    'version-missing',
    `${goModFile} requires no version of ${module}; restore the file from git.`,
  );
}

/** The first 12 hex digits of a file's SHA-256. */
export function shortHashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
}

/** Zonewarden's folder below the user's cache directory (`XDG_CACHE_HOME`, else `~/.cache`); may not exist yet. */
export function userCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zonewarden');
}
