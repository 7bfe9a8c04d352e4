import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { messageOf } from '../shared/errors/zonewarden-error.ts';
import { ensureBinaries, ensureSchedulingBinaries } from '../test/control-plane/binaries.ts';
import { karpenterCrdFiles, karpenterCrdFilesOf } from '../test/control-plane/crd-files.ts';
import { DEFAULT_KUBERNETES, kubernetesVersions } from '../test/control-plane/pinned-versions.ts';
import { ensureKarpenterBinaries } from '../test/karpenter-kwok/karpenter-binaries.ts';
import { schedulingOracle } from '../test/karpenter-scheduling/oracle-binary.ts';
import { KARPENTER_RELEASES } from '../test/versions/karpenter-releases.ts';

/**
 * `node scripts/prepare-builds.ts [FILE]`: builds or downloads what the tiers of tests need besides `npm ci`, in the order
 * in which they need it, each once a machine. FILE gets a line for each: its name, a tab, and the seconds that it took.
 * Ends with 1 where one failed, after all others were tried: the tier that needs it says what is missing.
 */
const root = resolve(import.meta.dirname, '..');
const [file] = process.argv.slice(2);

const BUILDS: Readonly<Record<string, () => Promise<unknown>>> = {
  'kube-apiserver, etcd, kubectl': () => ensureBinaries(),
  "Karpenter's CRDs": async () => {
    await karpenterCrdFiles();
    for (const release of KARPENTER_RELEASES) await karpenterCrdFilesOf(release);
  },
  "Karpenter's requirement algebra": () => schedulingOracle(),
  'kube-scheduler, kube-controller-manager': () => ensureSchedulingBinaries(),
  'Karpenter and kwok': () => ensureKarpenterBinaries(),
  'the node: kubelet, containerd, base images': prepareNode,
  ...Object.fromEntries(
    kubernetesVersions()
      .filter((minor) => minor !== DEFAULT_KUBERNETES)
      .map((minor) => [`Kubernetes ${minor}`, () => ensureVersion(minor)]),
  ),
};

function ensureVersion(minor: string): Promise<unknown> {
  const { KUBEBUILDER_ASSETS: _of_another_version, ...env } = process.env;
  return ensureBinaries({ env: { ...env, ZONEWARDEN_KUBERNETES: minor } });
}

/** With the scripts that test/node/run.ts brings a node up with, and the binaries that it gives them. */
async function prepareNode(): Promise<void> {
  const scripts = process.env.ZONEWARDEN_REALNODE ?? resolve(root, '../shared/realnode');
  if (!existsSync(join(scripts, 'build.sh')) || process.getuid?.() !== 0) return;
  const { kubeApiServer, etcd, kubectl } = await ensureBinaries();
  const { kubeScheduler } = await ensureSchedulingBinaries();
  const env = {
    ...process.env,
    CERT_MANAGER: '1',
    BIN_DIRS: [kubeApiServer, etcd, kubeScheduler].map((path) => dirname(path)).join(delimiter),
    PATH: `${dirname(kubectl)}${delimiter}${process.env.PATH ?? ''}`,
  };
  for (const script of ['build.sh', 'base-images.sh']) await run(join(scripts, script), env);
}

function run(command: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code) => (code === 0 ? done() : failed(new Error(`${command} ended with ${code}`))));
  });
}

for (const [name, build] of Object.entries(BUILDS)) {
  const begun = performance.now();
  try {
    await build();
  } catch (error) {
    console.error(`${name}: ${messageOf(error)}`);
    process.exitCode = 1;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  if (file !== undefined) appendFileSync(file, `${name}\t${seconds}\n`);
}
