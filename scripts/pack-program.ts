import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { bundlePrograms } from './bundle-programs.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

const root = resolve(import.meta.dirname, '..');

/** The oldest Node that has all that the bundle uses (zstd, for the client of the API server). Sources need 24. */
export const OLDEST_NODE = '>=22.15.0';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
});

/**
 * Makes the npm package of the command line: a folder, and the tarball of it that `npm install -g` and `npx` take without a
 * network. The repository itself can't be that package: its sources are TypeScript, which Node runs nowhere below
 * node_modules, and it has a dependency that is a folder. So the package is the bundled program, with nothing to install.
 *
 * @param folder is made anew
 * @param destination where the tarball goes
 * @returns the path of the tarball
 */
export async function packProgram(folder: string, destination: string): Promise<string> {
  const { name, version, description, license } = manifestSchema.parse(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  await bundlePrograms(join(folder, 'dist'), ['cli']);
  const start = join(folder, 'bin', 'zonewarden.js');
  writeFileSync(start, "#!/usr/bin/env node\nimport '../dist/cli/main.js';\n");
  chmodSync(start, 0o755);
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    bin: { zonewarden: 'bin/zonewarden.js' },
    engines: { node: OLDEST_NODE },
    keywords: ['karpenter', 'kubernetes', 'policy', 'eks', 'availability-zone'],
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const file of ['README.md', 'LICENSE', 'docs'])
    cpSync(join(root, file), join(folder, file), { recursive: true });
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), `${thirdPartyLicenses(root)}\n`);
  mkdirSync(destination, { recursive: true });
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', resolve(destination)];
  const tarball = execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }).trim();
  return join(resolve(destination), tarball);
}
