import { join } from 'node:path';
import type { BinarySet } from './binary-build.ts';
import { controlPlaneModuleDir, readPinnedVersions, userCacheDir } from './pinned-versions.ts';

/** Everything that the go.mod of one Kubernetes version can build; the version is in `ZONEWARDEN_KUBERNETES`. */
export function controlPlaneBinaries(env: NodeJS.ProcessEnv = process.env): BinarySet {
  const moduleDir = controlPlaneModuleDir(env);
  const { kubernetes, etcd, goModHash } = readPinnedVersions(moduleDir);
  const key = `kubernetes-${kubernetes}_etcd-${etcd}_${process.platform}-${process.arch}_${goModHash}`;
  return {
    moduleDir,
    cacheDir: join(userCacheDir(env), 'control-plane', key),
    versions: `Kubernetes ${kubernetes}, etcd ${etcd}`,
    title: 'control plane binaries',
    linkerFlags: linkerFlags(kubernetes),
    sources: {
      ...Object.fromEntries(
        ['kube-apiserver', 'kubectl', 'kube-scheduler', 'kube-controller-manager'].map((name) => [
          name,
          { package: `k8s.io/kubernetes/cmd/${name}`, output: name },
        ]),
      ),
      etcd: { package: 'go.etcd.io/etcd/server/v3', output: 'server' },
    },
  };
}

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
