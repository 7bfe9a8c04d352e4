import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';

/**
 * `npm run licenses`: every package that a production image carries, with its licence, its size on disk and whether it
 * runs a script when it is installed. Ends with 1 where a licence is not allowed or a package has such a script.
 * What is installed is looked at, not what a registry says.
 */

/** Permissive licences that ask for no more than their text and notices. The list of what is accepted, not of what is found. */
export const ALLOWED_LICENSES: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
];

/** One installed package of the production tree. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Where it is, from the root: the same package may be installed more than once. */
  readonly path: string;
  /** SPDX expression; `unknown` where the package names none. */
  readonly license: string;
  /** Size of its files, without packages nested in it. */
  readonly bytes: number;
  readonly installScript: boolean;
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      peer: z.boolean().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const licenseSchema = z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]);
const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: licenseSchema.optional(),
  licenses: z.array(licenseSchema).optional(),
  scripts: z.record(z.string(), z.string()).optional(),
});

/**
 * The packages below `root` that are installed with `npm ci --omit=dev`, by path.
 * @throws Error where package-lock.json names a package that is not installed, unless it is an optional one
 */
export function productionPackages(root: string): InstalledPackage[] {
  const lock = lockSchema.parse(readJson(join(root, 'package-lock.json')));
  return (
    Object.entries(lock.packages)
      // A link leads to a package of this repository, which has an entry of its own.
      .filter(([path, { dev, link }]) => path !== '' && dev !== true && link !== true)
      .flatMap(([path, locked]) => readPackage(root, path, locked) ?? [])
  );
}

function readPackage(
  root: string,
  path: string,
  locked: { readonly optional?: boolean | undefined; readonly hasInstallScript?: boolean | undefined },
): InstalledPackage | undefined {
  const file = join(root, path, 'package.json');
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    if (locked.optional === true) return undefined;
    throw new Error(`${path} is in package-lock.json and not installed: run npm ci`);
  }
  const { name, version, license, licenses, scripts } = packageSchema.parse(readJson(file));
  return {
    name,
    version,
    path,
    license: license ?? licenses?.join(' OR ') ?? 'unknown',
    bytes: bytesOf(join(root, path)),
    installScript:
      locked.hasInstallScript === true ||
      ['preinstall', 'install', 'postinstall'].some((name) => scripts?.[name]),
  };
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.slice(folder.length).includes('/node_modules/'))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Whether an SPDX expression can be met with allowed licences: one side of an OR, both sides of an AND. An expression
 * with parentheses inside is not, so that somebody looks at it.
 */
export function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  return bare
    .split(' OR ')
    .some((side) => side.split(' AND ').every((license) => ALLOWED_LICENSES.includes(license)));
}

/** What is wrong with a package, in words; empty when nothing is. */
export function problemsOf({ name, version, license, installScript }: InstalledPackage): string[] {
  return [
    ...(isAllowed(license) ? [] : [`${name}@${version}: licence ${license} is not in the allow list`]),
    ...(installScript ? [`${name}@${version}: runs a script when it is installed`] : []),
  ];
}

function table(packages: readonly InstalledPackage[]): string {
  const rows = packages.map((one) => [
    `${one.name}@${one.version}`,
    one.license,
    kilobytes(one.bytes),
    one.installScript ? 'install script' : '',
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [first = 0, second = 0, third = 0] = widths;
  return rows
    .map(([name = '', license = '', size = '', script = '']) =>
      `${name.padEnd(first)}  ${license.padEnd(second)}  ${size.padStart(third)}  ${script}`.trimEnd(),
    )
    .join('\n');
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}

function countByLicense(packages: readonly InstalledPackage[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, left], [, right]) => right - left));
}

function main(): void {
  const options = new Command('licenses')
    .description('Licences, sizes and install scripts of all production dependencies')
    .option('--json', 'print JSON')
    .option(
      '--dir <folder>',
      'folder with package-lock.json and node_modules',
      join(import.meta.dirname, '..'),
    )
    .parse()
    .opts<{ json?: boolean; dir: string }>();
  const packages = productionPackages(resolve(options.dir));
  const problems = packages.flatMap(problemsOf);
  const bytes = packages.reduce((sum, one) => sum + one.bytes, 0);
  const licenses = countByLicense(packages);
  if (options.json) {
    console.log(
      JSON.stringify({ packages, totals: { packages: packages.length, bytes, licenses }, problems }, null, 2),
    );
  } else {
    console.log(table(packages));
    const counts = Object.entries(licenses).map(([license, count]) => `${count} ${license}`);
    console.log(`\n${packages.length} packages, ${kilobytes(bytes)}: ${counts.join(', ')}`);
  }
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
