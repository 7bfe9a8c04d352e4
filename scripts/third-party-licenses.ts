import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstalledPackage, productionPackages } from './licenses.ts';

const LEGAL_FILE = /^(licen[cs]e|notice|copying)/i;

/**
 * The licences and notices of every production package, as one text: they ask to be kept with the code, and a bundle
 * has no folder of each package any more. Packages are looked at as they are installed below `root`.
 */
export function thirdPartyLicenses(root: string): string {
  return productionPackages(root)
    .map((one) => `${titleOf(one)}\n\n${textsOf(join(root, one.path)).join('\n\n')}`.trimEnd())
    .join(`\n\n${'='.repeat(80)}\n\n`);
}

function titleOf({ name, version, license }: InstalledPackage): string {
  return `${name}@${version} (${license})`;
}

function textsOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LEGAL_FILE.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8').trim());
}
