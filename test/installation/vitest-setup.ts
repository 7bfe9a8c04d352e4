import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePrograms } from '../../scripts/bundle-programs.ts';

/** Bundles the product's programs once for the files of all tiers, which read of it in their environment. */
export default async function prepareProgramsForAllFiles(): Promise<() => void> {
  if (process.env.ZONEWARDEN_PROGRAMS) return () => {}; // For another tier, or by who called us.
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-programs-'));
  await bundlePrograms(folder);
  process.env.ZONEWARDEN_PROGRAMS = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
