import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks, readDocument, section } from '../../unit/docs/markdown.ts';
import { installRoot } from './rendered-manifests.ts';

/** The kustomization that stands below a heading of docs/install.md. */
export function kustomizationBelow(heading: string): string {
  const [block = ''] = codeBlocks(section(readDocument('docs/install.md'), heading), 'yaml');
  return block;
}

/**
 * Puts a kustomization into `folder`/mine, with the repository beside it as `../zonewarden`, and more files where it has
 * some. Returns its path.
 */
export function writeOverlay(
  folder: string,
  kustomization: string,
  files: Readonly<Record<string, string>> = {},
): string {
  const mine = join(folder, 'mine');
  mkdirSync(mine, { recursive: true });
  symlinkSync(installRoot, join(folder, 'zonewarden'));
  for (const [name, text] of Object.entries({ ...files, 'kustomization.yaml': kustomization })) {
    writeFileSync(join(mine, name), text);
  }
  return mine;
}
