import { createHash } from 'node:crypto';
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

const downloadSchema = z.object({ Dir: z.string(), Sum: z.string() });

/** A release of Karpenter, and the checksum of its module as go.sum has it (`h1:...`). */
export interface KarpenterRelease {
  readonly flavour: CrdFlavour;
  /** `v1.0.8` */
  readonly version: string;
  readonly sum: string;
}

/**
 * Paths of Karpenter's CRDs (YAML, one a file) for the version in test/karpenter-crds/go.mod. The first call fetches
 * the module with Go, which verifies it against go.sum, and copies them into the user's cache; later calls need no Go.
 */
export async function karpenterCrdFiles(
  flavour: CrdFlavour = 'aws',
  stream: ProgressStream = process.stderr,
): Promise<string[]> {
  const version = requiredVersion(join(crdModuleDir, 'go.mod'), modules[flavour]);
  // go.sum is part of the key: whoever corrects a checksum wants the files fetched again.
  const folder = cacheFolder(flavour, version, shortHashOf(join(crdModuleDir, 'go.sum')));
  return filesOf(folder, () => moduleFolder(modules[flavour]), stream);
}

/** The same for any release, whose checksum is verified here. Throws `control-plane.crds-changed` where it differs. */
export async function karpenterCrdFilesOf(
  { flavour, version, sum }: KarpenterRelease,
  stream: ProgressStream = process.stderr,
): Promise<string[]> {
  const folder = cacheFolder(flavour, version, createHash('sha256').update(sum).digest('hex').slice(0, 12));
  return filesOf(folder, () => moduleFolder(`${modules[flavour]}@${version}`, sum), stream);
}

function cacheFolder(flavour: CrdFlavour, version: string, key: string): string {
  return join(userCacheDir(), 'karpenter-crds', `${flavour}-${version}_${key}`);
}

async function filesOf(
  folder: string,
  source: () => Promise<string>,
  stream: ProgressStream,
): Promise<string[]> {
  if (!existsSync(folder)) {
    await withLockShown(`${folder}.lock`, () => fetchInto(folder, source), 'Karpenter CRDs', stream);
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  if (files.length === 0) {
    throw new ControlPlaneError('no-crds', `${folder} holds no CRDs; remove that folder and run again.`);
  }
  return files.sort().map((name) => join(folder, name));
}

async function fetchInto(folder: string, source: () => Promise<string>): Promise<void> {
  if (existsSync(folder)) return; // Fetched by whoever held the lock before.
  const crds = join(await source(), 'pkg', 'apis', 'crds');
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(crds, draft, { recursive: true, filter: (path) => path === crds || path.endsWith('.yaml') });
  renameSync(draft, folder);
}

/** The folder of a module in Go's cache, fetched where it is not there. */
async function moduleFolder(query: string, sum?: string): Promise<string> {
  const answer = await runGo({ cwd: crdModuleDir, args: ['mod', 'download', '-json', query] });
  const { Dir, Sum } = downloadSchema.parse(JSON.parse(answer));
  if (sum !== undefined && Sum !== sum) {
    throw new ControlPlaneError('crds-changed', `${query} has the checksum ${Sum}; ${sum} was expected.`);
  }
  return Dir;
}
