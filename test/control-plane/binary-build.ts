import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runGo } from './go-command.ts';
import { controlPlaneModuleDir, type PinnedVersions } from './pinned-versions.ts';
import type { Progress } from './progress.ts';

export const binaryNames = ['kube-apiserver', 'etcd', 'kubectl'] as const;
export type BinaryName = (typeof binaryNames)[number];

/** Builds some of the binaries into an empty folder, each under its `BinaryName`. */
export type BuildBinaries = (
  names: readonly BinaryName[],
  outDir: string,
  versions: PinnedVersions,
  progress: Progress,
) => Promise<void>;

/** The commands of go.mod's `tool` directives, and the name that `go build` gives each binary. */
const sources: Readonly<Record<BinaryName, { package: string; output: string }>> = {
  'kube-apiserver': { package: 'k8s.io/kubernetes/cmd/kube-apiserver', output: 'kube-apiserver' },
  etcd: { package: 'go.etcd.io/etcd/server/v3', output: 'server' },
  kubectl: { package: 'k8s.io/kubernetes/cmd/kubectl', output: 'kubectl' },
};

/** Builds with `go build` from test/control-plane/go.mod; several minutes when Go's build cache is cold. */
export const buildWithGo: BuildBinaries = async (names, outDir, versions, progress) => {
  let packages = 0;
  await runGo({
    cwd: controlPlaneModuleDir,
    // -mod=readonly: go.sum is complete, and a build must not change it.
    args: [
      'build',
      '-v',
      '-mod=readonly',
      '-buildvcs=false',
      '-ldflags',
      linkerFlags(versions.kubernetes),
      '-o',
      `${outDir}/`,
      ...names.map((name) => sources[name].package),
    ],
    env: { CGO_ENABLED: '0' },
    onLine: (line) => {
      if (!line.includes(' ')) packages += 1;
      progress.detail(line.includes(' ') ? line : `${packages} packages compiled, now ${line}`);
    },
  });
  for (const name of names) {
    if (sources[name].output !== name) renameSync(join(outDir, sources[name].output), join(outDir, name));
  }
};

/**
 * Strips the binaries and stamps the version as Kubernetes' own hack/lib/version.sh does; unstamped ones report
 * v0.0.0-master, which changes what kubectl and version-gated features believe.
 */
function linkerFlags(version: string): string {
  const [major, minor] = version.replace(/^v/, '').split('.');
  const stamps = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const flags = Object.entries(stamps).flatMap(([name, value]) =>
    ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].map(
      (path) => `-X ${path}.${name}=${value}`,
    ),
  );
  return ['-s', '-w', ...flags].join(' ');
}

/** Builds into a temporary folder beside the target, then moves each finished binary into place by rename. */
export async function buildInto(
  dir: string,
  names: readonly BinaryName[],
  versions: PinnedVersions,
  progress: Progress,
  build: BuildBinaries,
): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const draft = mkdtempSync(join(dir, '.building-'));
  try {
    await build(names, draft, versions, progress);
    for (const name of names) {
      chmodSync(join(draft, name), 0o755);
      renameSync(join(draft, name), join(dir, name));
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
