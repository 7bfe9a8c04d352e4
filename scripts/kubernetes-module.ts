import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { runGo } from '../test/control-plane/go-command.ts';
import { kubernetesModuleDir } from '../test/control-plane/pinned-versions.ts';

/**
 * `node scripts/kubernetes-module.ts v1.34.4`: writes test/control-plane/kubernetes-1.34/go.mod and go.sum, from which
 * the test control plane of that version is built. k8s.io/kubernetes requires its staging modules at v0.0.0 and
 * replaces them by folders of its own repository, which its module does not hold: here each is replaced by the
 * published module of the same release. etcd is the one that the release itself is tested with.
 */

const TOOLS = [
  'go.etcd.io/etcd/server/v3',
  'k8s.io/kubernetes/cmd/kube-apiserver',
  'k8s.io/kubernetes/cmd/kube-controller-manager',
  'k8s.io/kubernetes/cmd/kube-scheduler',
  'k8s.io/kubernetes/cmd/kubectl',
];

const downloadSchema = z.object({ GoMod: z.string() });
const goModSchema = z.object({
  Go: z.string(),
  Require: z.array(z.object({ Path: z.string(), Version: z.string() })),
  Replace: z.array(z.object({ Old: z.object({ Path: z.string() }), New: z.object({ Path: z.string() }) })),
});
/** What `go mod edit -json` tells of a go.mod, as far as it is used here. */
export type GoMod = z.infer<typeof goModSchema>;

/**
 * The go.mod for a release of Kubernetes, still without what its modules bring along (`go list -mod=mod` adds that).
 * @param version `v1.34.4`
 * @param released the go.mod of k8s.io/kubernetes in that version
 */
export function moduleFor(version: string, released: GoMod): string {
  const etcd = released.Require.find(({ Path }) => Path === 'go.etcd.io/etcd/server/v3')?.Version;
  if (etcd === undefined) throw new Error(`k8s.io/kubernetes ${version} requires no etcd server`);
  const staging = released.Replace.filter(({ New }) => New.Path.startsWith('./staging/')).map(
    ({ Old }) => Old.Path,
  );
  const published = version.replace(/^v1\./, 'v0.');
  return [
    `module zonewarden.io/test/control-plane/kubernetes-${minorOf(version)}`,
    'go 1.26.0',
    // Kubernetes is released with the runtime behaviour of the Go version that its own go.mod names.
    `godebug default=go${released.Go.split('.').slice(0, 2).join('.')}`,
    block('tool', TOOLS),
    block('require', [`go.etcd.io/etcd/server/v3 ${etcd}`, `k8s.io/kubernetes ${version}`]),
    block(
      'replace',
      staging.map((path) => `${path} => ${path} ${published}`),
    ),
    '',
  ].join('\n\n');
}

function block(directive: string, lines: readonly string[]): string {
  return [`${directive} (`, ...lines.map((line) => `\t${line}`), ')'].join('\n');
}

/** `1.34` of `v1.34.4`. */
function minorOf(version: string): string {
  const minor = /^v(1\.\d+)\.\d+$/.exec(version)?.[1];
  if (minor === undefined) throw new Error(`${version} is no release of Kubernetes: say v1.34.4`);
  return minor;
}

async function write(version: string): Promise<string> {
  const dir = kubernetesModuleDir(minorOf(version));
  mkdirSync(dir, { recursive: true });
  const go = (...args: string[]) => runGo({ cwd: dir, args, onLine: (line) => console.error(line) });
  rmSync(join(dir, 'go.mod'), { force: true });
  rmSync(join(dir, 'go.sum'), { force: true });
  const { GoMod } = downloadSchema.parse(
    JSON.parse(await go('mod', 'download', '-json', `k8s.io/kubernetes@${version}`)),
  );
  const released = goModSchema.parse(JSON.parse(await go('mod', 'edit', '-json', GoMod)));
  writeFileSync(join(dir, 'go.mod'), moduleFor(version, released));
  // Adds the modules that the tools are built from, and their checksums, as Go's checksum database has them.
  await go('list', '-mod=mod', '-deps', 'tool');
  return readFileSync(join(dir, 'go.mod'), 'utf8');
}

async function main(): Promise<void> {
  const [version = ''] = new Command('kubernetes-module')
    .description('Writes the go.mod from which the test control plane of one Kubernetes version is built')
    .argument('<version>', 'a release, e.g. v1.34.4')
    .parse().args;
  const written = await write(version);
  console.log(
    `${join(kubernetesModuleDir(minorOf(version)), 'go.mod')}: ${written.split('\n').length} lines`,
  );
}

if (import.meta.main) await main();
