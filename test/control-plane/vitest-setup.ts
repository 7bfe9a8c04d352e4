import { ensureBinaries } from './binaries.ts';
import { karpenterCrdFiles } from './crd-files.ts';

/**
 * Runs once before the test files of the cluster tier: what takes minutes on a fresh machine is built here, with
 * progress and without a test's time limit; the files then find everything in the cache.
 */
export default async function prepareControlPlane(): Promise<void> {
  await ensureBinaries();
  await karpenterCrdFiles();
}
