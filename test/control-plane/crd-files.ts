import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withLockShown } from './build-lock-shown.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import { runGo } from './go-command.ts';
import { requiredVersion, shortHashOf, userCacheDir } from './pinned-versions.ts';
import type { ProgressStream } from './progress.ts';

/** The module whose go.mod pins Karpenter's versions. */
const crdModuleDir = join(import.meta.dirname, '..', 'karpenter-crds');

/**
 * `aws`: the copies in the AWS provider, with its rules for the label domain karpenter.k8s.aws, and EC2NodeClass.
 * That is what a cluster on EKS has. `core`: those of sigs.k8s.io/karpenter, as the kwok provider uses them.
 */
export type CrdFlavour = 'aws' | 'core';

const modules: Readonly<Record<CrdFlavour, string>> = {
  aws: 'github.com/aws/karpenter-provider-aws',
  core: 'sigs.k8s.io/karpenter',
};

const downloadSchema = z.object({ Dir: z.string() });

/**
 * Paths of Karpenter's CRDs (YAML, one a file) for the version in test/karpenter-crds/go.mod. The first call fetches
 * the module with Go, which verifies it against go.sum, and copies them into the user's cache; later calls need no Go.
 */
export async function karpenterCrdFiles(
  flavour: CrdFlavour = 'aws',
  stream: ProgressStream = process.stderr,
): Promise<string[]> {
  const goMod = join(crdModuleDir, 'go.mod');
  const module = modules[flavour];
  // go.sum is part of the key: whoever corrects a checksum wants the files fetched again.
  const sum = shortHashOf(join(crdModuleDir, 'go.sum'));
  const folder = join(
    userCacheDir(),
    'karpenter-crds',
    `${flavour}-${requiredVersion(goMod, module)}_${sum}`,
  );
  if (!existsSync(folder)) {
    await withLockShown(`${folder}.lock`, () => fetchInto(folder, module), 'Karpenter CRDs', stream);
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  if (files.length === 0) {
    throw new ControlPlaneError('no-crds', `${folder} holds no CRDs; remove that folder and run again.`);
  }
  return files.sort().map((name) => join(folder, name));
}

async function fetchInto(folder: string, module: string): Promise<void> {
  if (existsSync(folder)) return; // Fetched by whoever held the lock before.
  const answer = await runGo({ cwd: crdModuleDir, args: ['mod', 'download', '-json', module] });
  const source = join(downloadSchema.parse(JSON.parse(answer)).Dir, 'pkg', 'apis', 'crds');
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(source, draft, { recursive: true, filter: (path) => path === source || path.endsWith('.yaml') });
  renameSync(draft, folder);
}
